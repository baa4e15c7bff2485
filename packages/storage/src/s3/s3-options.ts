/** Where a bucket is and how it is spoken to. */
export type S3Options = {
  readonly bucket: string;
  /** Everything is kept below it: `backups/db1`. [the bucket itself] */
  readonly prefix?: string;
  /** [AWS_REGION or the profile's; with an endpoint `us-east-1`] */
  readonly region?: string;
  /** A server that is not AWS: `https://minio.example:9000`. */
  readonly endpoint?: string;
  /** `endpoint/bucket/key` in place of `bucket.endpoint/key`. [true with an endpoint] */
  readonly pathStyle?: boolean;
  /** Of what `put` writes; commits are small and read often, and have the bucket's own class. [the bucket's] */
  readonly storageClass?: string;
  /** [the SDK's own chain: environment, profile, container, instance] */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
  /** Size of a part, at least 5 MiB. A put holds three of them in memory. [16 MiB] */
  readonly partBytes?: number;
  /** How long a connection may be silent before it is given up. Some servers are silent while they put parts together. [120,000] */
  readonly requestTimeoutMs?: number;
  /** How often one request is tried, a part of an upload above all. [4] */
  readonly maxTries?: number;
  /**
   * `when_required`: a Content-MD5, which every server knows. `when_supported`: the SDK's CRC32, which servers before 2025
   * may not know. [when_required] Either way the SHA-256 of every body is part of its signature.
   */
  readonly checksums?: 'when_required' | 'when_supported';
  /** What is known of `If-None-Match`, to spare opening the probe of three requests. [the probe's answer] */
  readonly conditionalCreate?: boolean;
};
