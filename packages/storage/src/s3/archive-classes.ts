/** Storage classes whose objects take minutes to days to be readable. */
export const isArchive = (storageClass: string | undefined): boolean =>
  storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE';
