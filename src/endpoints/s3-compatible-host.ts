import type { InferredScope } from './inferred-scope.ts'

/**
 * Storage services that speak S3, where the host tells the region: as group 1 of the pattern, or always the same.
 * Aliases that stand for a region without naming it (`s3.nl-1.wasabisys.com`) are not known.
 */
const S3_HOSTS: readonly (readonly [host: RegExp, region?: string])[] = [
  // Cloudflare R2, "S3 API compatibility"; Tigris, "AWS S3 SDKs"; Google Cloud Storage, "Signatures": any location.
  [
    /(?:^|\.)(?:r2\.cloudflarestorage\.com|t3\.storage\.dev|fly\.storage\.tigris\.dev|storage\.googleapis\.com)$/,
    'auto',
  ],
  // Backblaze B2, "S3-Compatible API"; Scaleway and OVHcloud, "Object Storage: endpoints and regions".
  [/(?:^|\.)s3\.([\w-]+)\.(?:backblazeb2\.com|scw\.cloud|io\.cloud\.ovh\.(?:net|us))$/],
  // Wasabi, "Service URLs for Wasabi's Storage Regions"; IDrive e2, "e2 Endpoint URLs".
  [/(?:^|\.)s3\.([a-z]{2}-[a-z]+-\d)\.(?:wasabisys|idrivee2)\.com$/],
  [/(?:^|\.)s3\.wasabisys\.com$/, 'us-east-1'],
  // DigitalOcean, "Spaces API: Authentication"; Hetzner, "Object Storage"; Akamai (Linode), "Object Storage".
  [/(?:^|\.)([a-z]{3}\d|[a-z]{2}-[a-z]+-\d)\.(?:digitaloceanspaces|your-objectstorage|linodeobjects)\.com$/],
]

/** The scope of a host of {@link S3_HOSTS}, or undefined. */
export function scopeOfS3Host(host: string): InferredScope | undefined {
  for (const [pattern, fixed] of S3_HOSTS) {
    const match = pattern.exec(host)
    const region = match && (fixed ?? match[1])
    if (region) return { service: 's3', region }
  }
  return undefined
}
