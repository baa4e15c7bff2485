/** This release, as in package.json; stands in manifests and answers. */
export const release = '0.1.0';
