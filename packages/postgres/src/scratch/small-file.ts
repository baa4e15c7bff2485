/**
 * A file of at most so many bytes is read and written at once, without a way to a thread and back: that costs ten times
 * as much as the file, and a dump may have a file for each of a million large objects.
 */
export const SMALL_FILE_BYTES = 64 * 1024;
