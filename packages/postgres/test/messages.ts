/**
 * What a parallel pg_dump says with --verbose: of 15 as it was seen, of the others as the sources of their releases word
 * it (mark_dump_job_done in pg_backup_archiver.c, dumpTableData_copy and dumpLOs in pg_dump.c). From 17 on large objects
 * come in several items, named by their range.
 */
export const SEEN_15 = `pg_dump: last built-in OID is 16383
pg_dump: reading extensions
pg_dump: reading large objects
pg_dump: reading dependency data
pg_dump: saving encoding = UTF8
pg_dump: saving search_path = 
pg_dump: saving database definition
pg_dump: saving large objects
pg_dump: dumping contents of table "public.events_2025"
pg_dump: finished item 3589 BLOBS BLOBS
pg_dump: finished item 3573 TABLE DATA events_2025
pg_dump: dumping contents of table "Weird Schema.Täble "x".y"
pg_dump: finished item 3572 TABLE DATA Täble "x".y
`;

export const READ_16 = `pg_dump: reading large objects
pg_dump: saving encoding = UTF8
pg_dump: saving large objects
pg_dump: dumping contents of table "public.a"
pg_dump: finished item 3402 BLOBS BLOBS
pg_dump: finished item 3398 TABLE DATA a
`;

export const READ_17_AND_18 = `pg_dump: reading large objects
pg_dump: saving encoding = UTF8
pg_dump: saving large objects "16400..17399"
pg_dump: saving large objects "17400..17402"
pg_dump: finished item 2584 BLOBS 16400..17399
pg_dump: dumping contents of table "a b.c d"
pg_dump: finished item 2585 BLOBS 17400..17402
pg_dump: finished item 2581 TABLE DATA c d
`;
