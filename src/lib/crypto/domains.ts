/**
 * Every domain tag in one place: hash-to-curve tags, key-derivation tags, and the purposes that contexts are bound to.
 *
 * A tag says what bytes are for, so that a value made for one purpose can never be taken for another. Tags are versioned:
 * a changed format gets a new tag, and an old tag is never given another meaning. Those for hash-to-curve follow
 * RFC 9380 §3.1 and §8.10 and are passed as its DST option, never glued to the message.
 */
export const domains = {
	/** RW15's H: users onto G1. Apart from F, else a user named like an attribute breaks collusion resistance. */
	abeUser: 'AMANA-ABE-V01-USER-BLS12381G1_XMD:SHA-256_SSWU_RO_',
	/** RW15's F: attributes onto G1. */
	abeAttribute: 'AMANA-ABE-V01-ATTRIBUTE-BLS12381G1_XMD:SHA-256_SSWU_RO_',
	/** An authority's secrets from its seed. */
	abeAuthority: 'amana/v1/abe/authority',
	/** The digest that names an authority's public key inside the keys that it issues. */
	abePublicKey: 'amana/v1/abe/public-key',
	/** The coin t of one issued key. */
	abeIssue: 'amana/v1/abe/issue',
	/** Fujisaki–Okamoto: all coins of a capsule from its seed. */
	abeCoins: 'amana/v1/abe/coins',
	/** Fujisaki–Okamoto: the pad over the seed, from egg^s. */
	abePad: 'amana/v1/abe/pad',
	/** Key and key commitment of a capsule. */
	abeKey: 'amana/v1/abe/key',
	/** The digest at the end of a capsule. */
	abeCapsule: 'amana/v1/abe/capsule',
	/** The challenge of the proof that an authority knows its secrets. */
	abePossession: 'amana/v1/abe/possession',
	/** The coins of that proof. */
	abePossessionCoins: 'amana/v1/abe/possession-coins',
	/** What that proof belongs to: chain, registry, hospital. */
	authorityContext: 'amana/v1/authority/context',

	/** A piece's AES key and commitment, from the part key. */
	piece: 'amana/v1/piece',
	/** A small sealed value's AES key and commitment. */
	envelope: 'amana/v1/envelope',

	/** From the keyring's root: HPKE key pair, local-storage key, ABE authority seed. */
	keyringSealing: 'amana/v1/keyring/sealing',
	keyringLocal: 'amana/v1/keyring/local',
	keyringAuthority: 'amana/v1/keyring/authority',
	/** From a wallet's signature: the key that wraps the root. */
	keyringWallet: 'amana/v1/keyring/wallet',
	/** What the wrapped root is bound to. */
	keyringWrap: 'amana/v1/keyring/wrap',
	/** The settings inside the keyring object. */
	keyringSettings: 'amana/v1/keyring/settings',

	/** The context of a lock's capsule: patient, author, policy. */
	lockContext: 'amana/v1/lock/context',
	/** The lock key from the capsule's key. */
	lockKey: 'amana/v1/lock/key',
	/** HPKE boxes that carry the lock key to patient and author. */
	lockBox: 'amana/v1/lock/box',
	/** A part key under a lock key. */
	partWrap: 'amana/v1/part/wrap',
	/** A part's label, under a key from the part key. */
	partLabel: 'amana/v1/part/label',
	/** HPKE boxes with issued keys. */
	keyBundle: 'amana/v1/bundle/keys',
	/** HPKE boxes with the details of a request. */
	requestDetails: 'amana/v1/bundle/request',
	/** Commitments to what a request asks and why, and to what a grant covers. */
	requestScope: 'amana/v1/request/scope',
	requestPurpose: 'amana/v1/request/purpose',
	grantScope: 'amana/v1/grant/scope',

	/** What this browser keeps under the local key: the hashed name of an entry, and its sealed value. */
	cacheName: 'amana/v1/cache/name',
	cacheEntry: 'amana/v1/cache/entry',
} as const;

export type Domain = (typeof domains)[keyof typeof domains];
