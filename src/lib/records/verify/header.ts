/**
 * A record's header, asked of every cloud that may have it, without anything remembered: the point is what the clouds give now. The
 * bytes are hashed here, and what they say of themselves is compared with the chain.
 */
import { recordIdOf, type Address, type EventOf, type Hash } from '#lib/chain/index.ts';
import { AppError } from '#lib/errors.ts';
import { cidFromDigest, maxBlockBytes, publicStore, verified } from '#lib/storage/index.ts';
import { decodeObject } from '../codec.ts';
import type { Deps } from '../deps.ts';
import { headerSchema } from '../formats.ts';
import { auditRootOf } from '../headers.ts';
import { publishedKeys } from '../ledger.ts';
import { addressOrNull } from '../people.ts';
import { keepersOf } from '../record-events.ts';
import { finding, type CloudAnswer, type Finding } from './types.ts';

const patienceMs = 20_000;

/** The clouds' answers as findings: what was found, and which clouds gave something else. */
export async function checkHeader(deps: Deps, record: EventOf<'RecordAdded'>, amends: Hash | null): Promise<Finding[]> {
	const hospital = addressOrNull(record.hospital);
	const clouds = await cloudsOf(deps, keepersOf({ ...record, hospital }));
	if (clouds.length === 0) return [finding('header-no-clouds')];
	const answers = await Promise.all(clouds.map((name) => ask(name, record.headerDigest)));
	const told = answers.map(({ name, state }): CloudAnswer => ({ name, state }));
	const bytes = answers.find((answer) => answer.bytes !== null)?.bytes ?? null;
	const isWrong = told.some(({ state }) => state === 'wrong');
	if (bytes) {
		const found = await readHeader(bytes, record, amends);
		const first = found === 'header-found' ? finding(found, { clouds: told }) : finding(found);
		return isWrong ? [first, finding('header-some-wrong', { clouds: told })] : [first];
	}
	if (isWrong) return [finding('header-wrong', { clouds: told })];
	const isSilent = told.some(({ state }) => state === 'no-answer');
	return [finding(isSilent ? 'header-no-answer' : 'header-missing', { clouds: told })];
}

/** Whether a header with the right digest is one, says of itself what the chain says of the record, and lists the pieces that its audit root is of. */
export async function readHeader(
	bytes: Uint8Array,
	record: EventOf<'RecordAdded'>,
	amends: Hash | null,
): Promise<'header-found' | 'header-of-another' | 'header-other-pieces' | 'header-malformed'> {
	try {
		const { patient, author, hospital, amends: says, parts } = decodeObject(headerSchema, bytes);
		const { headerDigest, auditRoot, recordId } = record;
		const same =
			patient === record.patient &&
			author === record.author &&
			hospital === addressOrNull(record.hospital) &&
			says === amends &&
			recordIdOf({ patient, author, headerDigest, auditRoot }) === recordId;
		if (!same) return 'header-of-another';
		return (await auditRootOf(parts)) === auditRoot ? 'header-found' : 'header-other-pieces';
	} catch {
		return 'header-malformed';
	}
}

/** Names of the clouds that the writers published. */
async function cloudsOf(deps: Deps, writers: readonly Address[]): Promise<string[]> {
	const published = await Promise.all(writers.map((writer) => publishedKeys(deps, writer).catch(() => null)));
	return [...new Set(published.flatMap((keys) => keys?.clouds ?? []))];
}

async function ask(name: string, digest: Hash): Promise<CloudAnswer & { bytes: Uint8Array | null }> {
	try {
		const store = verified(publicStore(name));
		const signal = AbortSignal.timeout(patienceMs);
		const bytes = await store.readRange(cidFromDigest(digest), 0, maxBlockBytes, { signal });
		return { name, state: bytes ? 'has' : 'lacks', bytes };
	} catch (error) {
		const isWrong = error instanceof AppError && error.code === 'storage.corrupt';
		return { name, state: isWrong ? 'wrong' : 'no-answer', bytes: null };
	}
}
