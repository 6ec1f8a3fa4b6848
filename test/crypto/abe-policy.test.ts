import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
	explain,
	formatAttribute,
	openedByOne,
	parseAttribute,
	policyAttributes,
	renewPolicy,
	satisfies,
	whoSatisfies,
	type Attribute,
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

/** The one text form of a policy. */
const canonical = (text: string) => formatPolicy(parsePolicy(text));

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
	])('%s is written %s', (text, written) => {
		expect(canonical(full(text))).toBe(full(written));
	});

	test.each([
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
	])('"%s" is refused at character %i', (text, position) => {
		expect(() => parsePolicy(full(text))).toThrow(refusal('crypto.invalid-policy', { position }));
	});

	test.each([
		['not a', 0],
		['doctor', 0],
		['a and doctor', 51],
		['2 of (a, b#, c)', 54],
	])('"%s" is refused for a word that is no attribute, at character %i', (text, position) => {
		expect(() => parsePolicy(full(text))).toThrow(refusal('crypto.invalid-attribute', { position }));
	});

	test.each(['', '   ', '\t\n'])('"%s" is refused as empty', (text) => {
		expect(() => parsePolicy(text)).toThrow(refusal('crypto.empty-policy', { position: text.length }));
	});

	test('there is room for 256 attributes and no more', () => {
		const many = (count: number) => Array.from({ length: count }, (_, i) => `n${i}#0@${authority}`).join(' or ');
		expect(leaves(parsePolicy(many(maxRows)))).toHaveLength(256);
		expect(() => parsePolicy(many(maxRows + 1))).toThrow(refusal('crypto.large-policy'));
	});

	test('hostile texts are refused quickly', () => {
		const large = refusal('crypto.large-policy');
		expect(() => parsePolicy('('.repeat(50_000))).toThrow(large);
		expect(() => parsePolicy('1 of ('.repeat(9_000))).toThrow(large);
		expect(() => parsePolicy(`${a} `.repeat(1_000_000))).toThrow(large);
		expect(() => parsePolicy(`99999999999999999999 of (${a})`)).toThrow(refusal('crypto.invalid-policy'));
	});

	test('the canonical text is read back as itself, and means the same', () => {
		fc.assert(
			fc.property(policies, attributeSets, (text, attributes) => {
				const policy = parsePolicy(text);
				const again = formatPolicy(policy);
				expect(parsePolicy(again)).toEqual(policy);
				expect(canonical(again)).toBe(again);
				expect(satisfies(again, attributes)).toBe(holds(policy, attributes));
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
					expect(canonical(canonical(text))).toBe(canonical(text));
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
		expect(() => parseAttribute(text)).toThrow(refusal('crypto.invalid-attribute'));
	});

	test('parts that no attribute has are not written', () => {
		for (const epoch of [-1, 1.5, 2 ** 32, Number.NaN]) {
			expect(() => formatAttribute({ name: 'doctor', epoch, authority })).toThrow(refusal('crypto.invalid-attribute'));
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
		expect(() => explain(`${a} and`, [])).toThrow(refusal('crypto.invalid-policy'));
		expect(() => openedByOne('a and')).toThrow(refusal('crypto.invalid-attribute'));
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
		expect(() => whoSatisfies('', new Map())).toThrow(refusal('crypto.empty-policy'));
	});
});

describe('a policy renewed', () => {
	const other = '0x00000000000000000000000000000000000000cd';
	const at = (name: string, epoch: number, by = authority) => `${name}#${epoch}@${by}`;
	/** Our authority is in epoch 2, the other in 5; `owner` has none. */
	const present = ({ name, authority: by }: Attribute) => (name === 'owner' ? null : by === other ? 5 : 2);

	test.each([
		[at('doctor', 1), at('doctor', 2)],
		[at('doctor', 2), at('doctor', 2)],
		[at('doctor', 3), at('doctor', 3)],
		[at('owner', 0), at('owner', 0)],
		[at('doctor', 1, other), at('doctor', 5, other)],
		[
			`${at('nurse', 1)} or (${at('doctor', 0)} and ${at('doctor', 1, other)})`,
			`${at('nurse', 2)} or (${at('doctor', 2)} and ${at('doctor', 5, other)})`,
		],
		[
			`2 of (${at('a', 0)}, ${at('owner', 1)}, ${at('b', 9)})`,
			`2 of (${at('a', 2)}, ${at('owner', 1)}, ${at('b', 9)})`,
		],
	])('of %s is %s', (policy, renewed) => {
		expect(renewPolicy(policy, present)).toBe(renewed);
	});

	test('is in canonical text, and never satisfied by the keys of before', () => {
		fc.assert(
			fc.property(policies, attributeSets, (text, held) => {
				const renewed = renewPolicy(text, () => 7);
				expect(canonical(renewed)).toBe(renewed);
				expect(satisfies(renewed, held)).toBe(false);
				expect(
					satisfies(
						renewed,
						held.map((name) => name.replace('#0', '#7')),
					),
				).toBe(satisfies(text, held));
			}),
			often,
		);
	});

	test('is refused for an epoch that no attribute has, and for what is no policy', () => {
		expect(() => renewPolicy(at('doctor', 1), () => 2 ** 32)).toThrow(refusal('crypto.invalid-attribute'));
		expect(() => renewPolicy('doctor and', () => 1)).toThrow(refusal('crypto.invalid-attribute'));
		expect(() => renewPolicy('', () => 1)).toThrow(refusal('crypto.empty-policy'));
	});
});
