import type { UpstreamHttp } from '../http/upstream-http.js';
import { askGraph, GraphFailure } from './ask-graph.js';
import type { OfMe } from './read-profile.js';

const largestPhoto = 64 * 1024;

/**
 * The person's photo as a `data:` address of at most 64 kB, or undefined when there is none. When the original is
 * larger, Graph's own 240 pixel version is taken. What the bytes are decides, not what the answer calls them.
 * @throws GraphFailure
 */
export async function readPhotoOfMe(http: UpstreamHttp, of: OfMe): Promise<string | undefined> {
  const photo = (await fetchPhoto(http, of, 'photo')) ?? (await fetchPhoto(http, of, 'photos/240x240'));
  if (photo === 'none' || photo === undefined) return undefined;
  const type = imageType(photo);
  if (!type) throw new GraphFailure('graph-unreadable');
  return `data:${type};base64,${photo.toString('base64')}`;
}

/** The bytes; `none` when the person has no photo; undefined when it is too large. */
async function fetchPhoto(
  http: UpstreamHttp,
  { graphOrigin, objectId: _objectId, ...access }: OfMe,
  path: string,
): Promise<Buffer | 'none' | undefined> {
  const url = `${graphOrigin}/v1.0/me/${path}/$value`;
  try {
    return (await askGraph(http, url, access, { maxBytes: largestPhoto, accept: 'image/*' })).bytes;
  } catch (error) {
    const problem = error instanceof GraphFailure ? error.problem : undefined;
    if (problem === 'graph-not-found') return 'none';
    if (problem === 'graph-too-large') return undefined;
    throw error;
  }
}

/** By the first bytes. Formats that can carry script (SVG) are none of these. */
function imageType(bytes: Buffer): string | undefined {
  const starts = (hex: string, at = 0) => bytes.subarray(at, at + hex.length / 2).toString('hex') === hex;
  if (starts('ffd8ff')) return 'image/jpeg';
  if (starts('89504e470d0a1a0a')) return 'image/png';
  if (starts('47494638')) return 'image/gif';
  return starts('52494646') && starts('57454250', 8) ? 'image/webp' : undefined;
}
