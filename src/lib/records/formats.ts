/**
 * Every object that Amana puts on the clouds, as a schema; docs/formats.md explains them. Each is one dag-cbor block whose
 * SHA-256 digest the chain holds, or that another object names by its CID. Schemas are strict: a field that is not listed is
 * refused, so nothing can be smuggled past the digest's meaning. Sizes are limited here, once.
 */
import { CID } from 'multiformats/cid';
import * as v from 'valibot';
import type { Address, Hash } from '#lib/chain/index.ts';
import { manifestSchema, type Manifest } from '#lib/storage/index.ts';
import { commitmentBytes, commitmentSaltBytes } from './commitments.ts';
import { categories, memberRoles } from './types.ts';

const version1 = v.literal(1);
const maxBoxes = 1000;

export const addressSchema = v.custom<Address>(
	(value) => typeof value === 'string' && /^0x[0-9a-f]{40}$/.test(value),
	'not a lower-case address',
);
export const hashSchema = v.custom<Hash>(
	(value) => typeof value === 'string' && /^0x[0-9a-f]{64}$/.test(value),
	'not 32 bytes',
);
const cidSchema = v.custom<CID>((value) => CID.asCID(value) !== null, 'not a CID');
const bytes = (minimum: number, maximum: number) =>
	v.pipe(v.instance(Uint8Array<ArrayBufferLike>), v.minLength(minimum), v.maxLength(maximum));
const text = (minimum: number, maximum: number) => v.pipe(v.string(), v.minLength(minimum), v.maxLength(maximum));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
/** HPKE boxes by reader's address. */
const boxes = v.pipe(
	v.record(v.pipe(v.string(), v.regex(/^0x[0-9a-f]{40}$/)), bytes(1, 512 * 1024)),
	v.maxEntries(maxBoxes),
);

const commitment = bytes(commitmentBytes, commitmentBytes);
const commitmentSalt = bytes(commitmentSaltBytes, commitmentSaltBytes);

export const isoDateSchema = v.pipe(v.string(), v.isoDate());
export const categorySchema = v.picklist(categories);
export const scopeSchema = v.pipe(
	v.array(categorySchema),
	v.minLength(1),
	v.maxLength(categories.length),
	v.check((scope) => new Set(scope).size === scope.length, 'a category twice'),
);

/** One ABE capsule for one policy; its key wraps the keys of many parts. */
export const lockSchema = v.strictObject({
	v: version1,
	patient: addressSchema,
	author: addressSchema,
	policy: text(1, 16_384),
	capsule: bytes(1, 512 * 1024),
	boxes,
});
export type Lock = v.InferOutput<typeof lockSchema>;

/** A lock that this account made, as its browser remembers it. */
export const ownLockSchema = v.strictObject({ cid: cidSchema, key: bytes(32, 32) });

const partSchema = v.strictObject({
	name: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,31}$/)),
	lock: cidSchema,
	wrap: bytes(1, 256),
	label: bytes(1, 64 * 1024),
	manifest: v.pipe(
		manifestSchema,
		v.transform((manifest): Manifest => manifest),
	),
});

/** A record: whose, by whom, and for each part its lock, its wrapped key, its sealed label and where its pieces lie. */
export const headerSchema = v.strictObject({
	v: version1,
	patient: addressSchema,
	author: addressSchema,
	hospital: v.nullable(addressSchema),
	salt: bytes(16, 16),
	amends: v.nullable(hashSchema),
	parts: v.pipe(v.array(partSchema), v.minLength(1), v.maxLength(64)),
});
export type Header = v.InferOutput<typeof headerSchema>;
export type HeaderPart = Header['parts'][number];

/**
 * Parts of a patient's records under newer locks. A part is named by its record's id and its place in the header, which stays as its
 * author signed it. `next` continues in another object where one would be too large.
 */
export const resealSchema = v.strictObject({
	v: version1,
	kind: v.literal('reseal'),
	patient: addressSchema,
	epoch: count,
	parts: v.pipe(
		v.array(v.strictObject({ record: hashSchema, index: count, lock: cidSchema, wrap: bytes(1, 256) })),
		v.minLength(1),
		v.maxLength(3000),
	),
	next: v.nullable(cidSchema),
});
export type Reseal = v.InferOutput<typeof resealSchema>;

/** What only the readers of a part know of it. */
export const labelSchema = v.strictObject({
	title: text(1, 1000),
	category: categorySchema,
	kind: v.picklist(['pdf', 'image', 'dicom', 'fhir', 'text', 'other']),
	mediaType: text(1, 255),
	fileName: text(1, 2000),
	size: count,
	clinicalDate: isoDateSchema,
});

/** Keys from an authority to its readers, one box each. `next` continues in another object where one would be too large. */
export const keyBundleSchema = v.strictObject({
	v: version1,
	kind: v.literal('keys'),
	from: addressSchema,
	epoch: count,
	boxes,
	/** To the scope in a reader's box, where there is one. */
	scopes: v.pipe(v.record(v.pipe(v.string(), v.regex(/^0x[0-9a-f]{40}$/)), commitment), v.maxEntries(maxBoxes)),
	next: v.nullable(cidSchema),
});
export type KeyBundle = v.InferOutput<typeof keyBundleSchema>;

/** Inside a box of a key bundle. */
export const keyDeliverySchema = v.strictObject({
	keys: v.record(v.string(), bytes(1, 4096)),
	/** Of a patient's grant: what it covers. */
	scope: v.nullable(scopeSchema),
	/** Opens the commitment to it. */
	scopeSalt: v.nullable(commitmentSalt),
	/** The patient's name, where they chose to share it. */
	name: v.nullable(text(1, 200)),
});
export type KeyDelivery = v.InferOutput<typeof keyDeliverySchema>;

export const requestSchema = v.strictObject({
	v: version1,
	kind: v.literal('request'),
	from: addressSchema,
	patient: addressSchema,
	scope: commitment,
	purpose: commitment,
	boxes,
});
export type Request = v.InferOutput<typeof requestSchema>;

/** Inside both boxes of a request. The salts open its commitments. */
export const requestDetailsSchema = v.strictObject({
	purpose: text(1, 2000),
	scope: scopeSchema,
	days: v.pipe(count, v.minValue(1)),
	senderName: text(0, 200),
	scopeSalt: commitmentSalt,
	purposeSalt: commitmentSalt,
});
export type RequestDetails = v.InferOutput<typeof requestDetailsSchema>;

/** A hospital as everybody sees it. */
export const profileSchema = v.strictObject({
	v: version1,
	kind: v.literal('hospital'),
	hospital: addressSchema,
	name: text(1, 200),
	country: v.pipe(v.string(), v.regex(/^[A-Z]{2}$/)),
	contact: text(1, 300),
	about: text(0, 2000),
});

/** A hospital's teams and members by name, as everybody sees them. Who is a member, the chain says. */
export const directorySchema = v.strictObject({
	v: version1,
	kind: v.literal('directory'),
	hospital: addressSchema,
	teams: v.pipe(
		v.array(v.strictObject({ id: hashSchema, slug: text(1, 59), name: text(1, 200), retired: v.boolean() })),
		v.maxLength(1000),
	),
	members: v.pipe(
		v.array(
			v.strictObject({
				address: addressSchema,
				name: text(1, 200),
				title: text(0, 200),
				role: v.picklist(memberRoles),
				teamId: hashSchema,
			}),
		),
		v.maxLength(5000),
	),
});
export type Directory = v.InferOutput<typeof directorySchema>;

/** Why a registrar rejected or suspended a hospital. */
export const reasonSchema = v.strictObject({
	v: version1,
	kind: v.literal('reason'),
	hospital: addressSchema,
	text: text(1, 2000),
});

/** A person's root key, wrapped, and their settings, sealed. */
export const keyringSchema = v.strictObject({
	v: version1,
	account: addressSchema,
	wraps: v.pipe(
		v.array(v.strictObject({ method: v.literal('wallet'), sealed: bytes(1, 1024) })),
		v.minLength(1),
		v.maxLength(8),
	),
	settings: bytes(1, 64 * 1024),
});
export type Keyring = v.InferOutput<typeof keyringSchema>;
