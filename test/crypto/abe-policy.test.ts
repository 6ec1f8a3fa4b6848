import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAttribute, parseAttribute } from '#lib/crypto/abe/index.ts';
import {
	canonicalPolicy,
	explain,
	nextEpoch,
	openedByOne,
	policyAttributes,
	satisfies,
	whoSatisfies,
} from '#lib/crypto/abe/index.ts';
import { formatPolicy, leaves, maxRows, parsePolicy, type Policy } from '#lib/crypto/abe/policy.ts';
import { coefficients, coinsOf, share } from '#lib/crypto/abe/sharing.ts';
import { groupOrder, modulo } from '#lib/crypto/abe/scalar.ts';
import { refusal } from './refusal.ts';
import { runs } from '../slow.ts';

const often = runs(100, 1000);
const authority = '0x00000000000000000000000000000000000000ab';
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => `${name}#0@${authority}`) as [string, string, string, string];
/** `a and (b or c)` with the attributes written out. */
const full = (short: string) => short.replace(/\b[a-d]\b/g, (name) => `${name}#0@${authority}`);

/** Policies as they come from a form: any nesting of and, or, k of n over four attributes. */
const { policies } = fc.letrec<{ policies: string; gates: string }>((tie) => ({
	policies: fc.oneof({ maxDepth: 3 }, fc.constantFrom(a, b, c, d), tie('gates')),
	gates: fc
		.tuple(fc.array(tie('policies'), { minLength: 2, maxLength: 4 }), fc.nat())
		.map(([parts, pick]) =>
			pick % 3 === 0
				? parts.map((part) => `(${part})`).join(' or ')
				: pick % 3 === 1
					? parts.map((part) => `(${part})`).join(' and ')
					: `${(pick % parts.length) + 1} of (${parts.join(', ')})`,
		),
}));
const attributeSets = fc.subarray([a, b, c, d]);

/** What satisfying means, said in the most direct way. */
function holds(policy: Policy, attributes: readonly string[]): boolean {
	if ('attribute' in policy) return attributes.includes(policy.attribute);
	return policy.of.filter((part) => holds(part, attributes)).length >= policy.k;
}

describe('policies', () => {
	test.each([
		['a', 'a'],
		['(((a)))', 'a'],
		['a and b or c', '(a and b) or c'],
		['a or b and c', 'a or (b and c)'],
		['a AND\tb\nOr c', '(a and b) or c'],
		['a and (b and c)', 'a and b and c'],
		['(a or b) or (c or d)', 'a or b or c or d'],
		['1 of (a, b)', 'a or b'],
		['2 of (a, b)', 'a and b'],
		['2 of(a,b or c,d)', '2 of (a, b or c, d)'],
		['2 of (a, b, c) and d', '2 of (a, b, c) and d'],
		['1 of (a)', 'a'],
		['3 of (a, b, c and d)', 'a and b and c and d'],
		['a and a', 'a and a'],
	])('%s is written %s', (text, canonical) => {
		expect(canonicalPolicy(full(text))).toBe(full(canonical));
	});

	test.each([
		['', 0],
		['   ', 3],
		['()', 1],
		['a b', 47],
		['a and', 50],
		['and a', 0],
		['a or or b', 50],
		['(a', 47],
		['a)', 46],
		['a, b', 46],
		['2 of a', 5],
		['2 of (a', 52],
		['2 of (a b)', 53],
		['0 of (a, b)', 0],
		['3 of (a, b)', 0],
		['a and 3 of (b, c)', 51],
		['2 (a, b)', 0],
		['not a', 0],
		['doctor', 0],
	])('"%s" is refused at character %i', (text, position) => {
		expect(() => parsePolicy(full(text))).toThrow(refusal('crypto.invalid-policy', { position }));
	});

	test('there is room for 256 attributes and no more', () => {
		const many = (count: number) => Array.from({ length: count }, (_, i) => `n${i}#0@${authority}`).join(' or ');
		expect(leaves(parsePolicy(many(maxRows)))).toHaveLength(256);
		expect(() => parsePolicy(many(maxRows + 1))).toThrow(refusal('crypto.invalid-policy'));
	});

	test('hostile texts are refused quickly', () => {
		const refused = refusal('crypto.invalid-policy');
		expect(() => parsePolicy('('.repeat(50_000))).toThrow(refused);
		expect(() => parsePolicy('1 of ('.repeat(9_000))).toThrow(refused);
		expect(() => parsePolicy(`${a} `.repeat(1_000_000))).toThrow(refused);
		expect(() => parsePolicy(`99999999999999999999 of (${a})`)).toThrow(refused);
	});

	test('the canonical text is read back as itself, and means the same', () => {
		fc.assert(
			fc.property(policies, attributeSets, (text, attributes) => {
				const policy = parsePolicy(text);
				const canonical = formatPolicy(policy);
				expect(parsePolicy(canonical)).toEqual(policy);
				expect(canonicalPolicy(canonical)).toBe(canonical);
				expect(satisfies(canonical, attributes)).toBe(holds(policy, attributes));
				expect(new Set(policyAttributes(text))).toEqual(new Set(leaves(policy)));
			}),
			often,
		);
	});

	test('random text is refused with a position inside it, or read', () => {
		const words = fc.array(fc.constantFrom('(', ')', ',', 'and', 'or', '2', 'of', a, b, ' '), { maxLength: 12 });
		fc.assert(
			fc.property(words, (parts) => {
				const text = parts.join(' ');
				try {
					expect(canonicalPolicy(canonicalPolicy(text))).toBe(canonicalPolicy(text));
				} catch (error) {
					const position = (error as { details?: { position?: number } }).details?.position ?? -1;
					expect(position).toBeGreaterThanOrEqual(0);
					expect(position).toBeLessThanOrEqual(text.length);
				}
			}),
			often,
		);
	});

	test('attributes that are malformed satisfy nothing', () => {
		expect(satisfies(a, ['a', `a#0@${authority} `, `A#0@${authority}`, `a#00@${authority}`])).toBe(false);
		expect(satisfies(a, [`a#0@${authority.toUpperCase().replace('0X', '0x')}`])).toBe(true);
	});
});

describe('attributes', () => {
	test('are read into name, epoch and authority, and written back', () => {
		const text = `team.intensive-care#4294967295@${authority}`;
		expect(parseAttribute(text)).toEqual({ name: 'team.intensive-care', epoch: 4294967295, authority });
		expect(formatAttribute(parseAttribute(text))).toBe(text);
	});

	test.each([
		'',
		'doctor',
		`#0@${authority}`,
		`Doctor#0@${authority}`,
		`.doctor#0@${authority}`,
		`doctor@${authority}`,
		`doctor#@${authority}`,
		`doctor#01@${authority}`,
		`doctor#-1@${authority}`,
		`doctor#4294967296@${authority}`,
		`doctor#0@${authority}0`,
		`doctor#0@${authority.slice(0, -1)}`,
		`doctor#0@${authority} `,
		`doc tor#0@${authority}`,
		`${'d'.repeat(65)}#0@${authority}`,
		`طبيب#0@${authority}`,
	])('"%s" is none', (text) => {
		expect(() => parseAttribute(text)).toThrow(refusal('crypto.invalid-policy'));
	});

	test('parts that no attribute has are not written', () => {
		for (const epoch of [-1, 1.5, 2 ** 32, Number.NaN]) {
			expect(() => formatAttribute({ name: 'doctor', epoch, authority })).toThrow(refusal('crypto.invalid-policy'));
		}
	});
});

describe('secret sharing', () => {
	const scalars = fc.bigInt({ min: 0n, max: groupOrder - 1n });

	test('restores the secret from the rows of any set that satisfies, and names no rows for others', () => {
		fc.assert(
			fc.property(policies, attributeSets, scalars, fc.infiniteStream(scalars), (text, attributes, secret, stream) => {
				const policy = parsePolicy(text);
				const coins = Array.from({ length: coinsOf(policy) }, () => stream.next().value as bigint);
				const shares = share(policy, secret, coins);
				expect(shares).toHaveLength(leaves(policy).length);
				const rows = coefficients(policy, (attribute) => attributes.includes(attribute));
				expect(rows !== null).toBe(holds(policy, attributes));
				if (!rows) return;
				const sum = [...rows].reduce((total, [x, factor]) => modulo(total + factor * shares[x]!), 0n);
				expect(sum).toBe(secret);
				for (const x of rows.keys()) expect(attributes).toContain(leaves(policy)[x]);
			}),
			often,
		);
	});

	test('with and/or alone all coefficients are 1, and the fewest rows are taken', () => {
		const rows = coefficients(parsePolicy(full('(a and b) or c or (b and d)')), () => true);
		expect([...rows!]).toEqual([[2, 1n]]);
		const both = coefficients(parsePolicy(full('a and (b or c) and d')), (name) => name !== b);
		expect([...both!].sort()).toEqual([
			[0, 1n],
			[2, 1n],
			[3, 1n],
		]);
	});

	test('rows of and/or are preferred to as many under a threshold, and few to many', () => {
		const rowsOf = (text: string) => [...coefficients(parsePolicy(full(text)), () => true)!.keys()].sort();
		expect(rowsOf('2 of (a, b, c) or (c and d)')).toEqual([3, 4]);
		expect(rowsOf('2 of (a, b, c) or (a and b and c)')).toEqual([3, 4, 5]);
		expect(rowsOf('2 of (a, b, c) or (a and b and c and d)')).toEqual([0, 1]);
		expect(rowsOf('2 of (a and b, c and d, b, d)')).toEqual([4, 5]);
	});

	test('no other rows are fewer, where all are of and/or', () => {
		const andOr = policies.filter((text) => !text.includes('of ('));
		const sizes = (policy: Policy, held: readonly string[]): number[] => {
			if ('attribute' in policy) return held.includes(policy.attribute) ? [1] : [];
			const parts = policy.of.map((part) => sizes(part, held));
			if (policy.k === 1) return parts.flat();
			return parts.reduce((sums, part) => sums.flatMap((sum) => part.map((size) => sum + size)), [0]);
		};
		fc.assert(
			fc.property(andOr, attributeSets, (text, held) => {
				const policy = parsePolicy(text);
				const rows = coefficients(policy, (attribute) => held.includes(attribute));
				expect(rows?.size ?? Infinity).toBe(Math.min(...sizes(policy, held)));
			}),
			often,
		);
	});

	test('the rows of a set that does not satisfy fit every secret equally well', () => {
		// 2 of 3: one share of f(x) = s + m·x says nothing of s, as each s has its m.
		const policy = parsePolicy(full('2 of (a, b, c)'));
		const [first] = share(policy, 5n, [7n]);
		expect(share(policy, 9n, [3n])[0]).toBe(first);
		// and: the first row is a coin, the last one the rest.
		const and = parsePolicy(full('a and b'));
		expect(share(and, 5n, [7n])).toEqual([7n, modulo(-2n)]);
		expect(share(and, 9n, [7n])[0]).toBe(7n);
	});

	test('every coin is used once', () => {
		const policy = parsePolicy(full('2 of (a and b, c, d) or (a and b and c)'));
		expect(coinsOf(policy)).toBe(1 + 1 + 2);
		expect(() => share(policy, 1n, [1n, 2n, 3n, 4n, 5n])).toThrow(RangeError);
	});
});

describe('what is lacking', () => {
	test.each([
		['a', '', 'a'],
		['a', 'a', null],
		['a and b', 'a', 'b'],
		['a or b', 'b', null],
		['a and (b or c)', 'a', 'b or c'],
		['a and 2 of (b, c, d)', 'a c', 'b or d'],
		['2 of (a, b, c)', '', '2 of (a, b, c)'],
		['2 of (a and b, c, d)', 'a', '2 of (b, c, d)'],
		['2 of (a and b, c and d, a)', 'a', 'b or (c and d)'],
		['(a and b) or (c and d)', 'a', 'b or (c and d)'],
	])('of %s with "%s" is %s', (policy, held, lacking) => {
		const names = full(held).split(' ').filter(Boolean);
		expect(explain(full(policy), names)).toBe(lacking === null ? null : full(lacking));
	});

	test('is nothing exactly when the policy is satisfied, and otherwise what satisfies it together with the rest', () => {
		fc.assert(
			fc.property(policies, attributeSets, attributeSets, (text, held, more) => {
				const lacking = explain(text, held);
				expect(lacking === null).toBe(satisfies(text, held));
				if (lacking !== null) expect(satisfies(lacking, more)).toBe(satisfies(text, [...held, ...more]));
				for (const name of lacking === null ? [] : policyAttributes(lacking)) expect(held).not.toContain(name);
			}),
			often,
		);
	});

	test('is refused for what is no policy', () => {
		expect(() => explain('a and', [])).toThrow(refusal('crypto.invalid-policy'));
		expect(() => openedByOne('a and')).toThrow(refusal('crypto.invalid-policy'));
	});
});

describe('warnings', () => {
	const other = '0x00000000000000000000000000000000000000cd';
	const foreign = `a#0@${other}`;

	test.each([
		[a, [authority]],
		[`${a} and ${foreign}`, []],
		[`${a} or ${foreign}`, [authority, other]],
		[`(${a} and ${foreign}) or (${b} and ${c})`, [authority]],
		[`2 of (${a}, ${b}, ${foreign})`, [authority]],
		[`2 of (${a}, ${foreign}, ${b} and ${foreign})`, []],
	])('%s is opened alone by %j', (policy, alone) => {
		expect(openedByOne(policy)).toEqual(alone);
	});

	test('name who can open today, and nobody when it is nobody', () => {
		const people = new Map([
			['amina', [a, b]],
			['basil', [a]],
			['carim', []],
		]);
		expect(whoSatisfies(a, people)).toEqual(['amina', 'basil']);
		expect(whoSatisfies(`${a} and ${b}`, people)).toEqual(['amina']);
		expect(whoSatisfies(c, people)).toEqual([]);
		expect(() => whoSatisfies('', new Map())).toThrow(refusal('crypto.invalid-policy'));
	});
});

describe('a new epoch', () => {
	const at = (name: string, epoch: number) => `${name}#${epoch}@${authority}`;
	const state = {
		holders: new Map([
			['amina', [at('doctor', 1), at('nurse', 1)]],
			['basil', [at('doctor', 0)]],
			['carim', [at('nurse', 1)]],
			['dalia', [at('doctor', 2)]],
			['elias', [at('doctor', 1)]],
		]),
		leaving: new Set(['elias']),
		locks: new Map([
			['one', at('doctor', 1)],
			['two', `${at('nurse', 1)} or (${at('doctor', 0)} and ${at('doctor', 1)})`],
			['three', at('nurse', 1)],
			['four', at('doctor', 2)],
			['five', `doctor#1@0x00000000000000000000000000000000000000cd`],
		]),
	};

	test('gives new keys to those who stay, and seals again what has an older one', () => {
		const { next, holders, locks } = nextEpoch(at('doctor', 1), state);
		expect(next).toBe(at('doctor', 2));
		expect(holders).toEqual(['amina', 'basil']);
		expect([...locks]).toEqual([
			['one', at('doctor', 2)],
			['two', `${at('nurse', 1)} or (${at('doctor', 2)} and ${at('doctor', 2)})`],
		]);
		for (const policy of locks.values()) expect(satisfies(policy, state.holders.get('elias')!)).toBe(false);
	});

	test('does not come after the last there is', () => {
		expect(() => nextEpoch(at('doctor', 2 ** 32 - 1), state)).toThrow(refusal('crypto.invalid-policy'));
	});

	test('is refused for what is no attribute, and for a lock that is no policy', () => {
		expect(() => nextEpoch('doctor', state)).toThrow(refusal('crypto.invalid-policy'));
		const locks = new Map([['bad', 'doctor and']]);
		expect(() => nextEpoch(at('doctor', 1), { ...state, locks })).toThrow(refusal('crypto.invalid-policy'));
	});
});
