/**
 * Epochs of attributes. A key opens what is sealed under its own epoch alone; so when an authority raises an epoch, to leave someone out,
 * all others need new keys, and what must be closed to the one left out is sealed again, under the renewed policy.
 */
import { formatAttribute, parseAttribute, type Attribute } from './attribute.ts';
import { formatPolicy, parsePolicy, type Policy } from './policy.ts';

/**
 * The policy with each attribute in the epoch that `present` gives, in canonical text; a later epoch than that stays, and null leaves
 * the attribute as it is. Throws as `parsePolicy`, and `crypto.invalid-attribute` for an epoch that no attribute has.
 */
export function renewPolicy(policy: string, present: (attribute: Attribute) => number | null): string {
	const renew = (part: Policy): Policy => {
		if (!('attribute' in part)) return { k: part.k, of: part.of.map(renew) };
		const attribute = parseAttribute(part.attribute);
		const epoch = Math.max(present(attribute) ?? 0, attribute.epoch);
		return { attribute: formatAttribute({ ...attribute, epoch }) };
	};
	return formatPolicy(renew(parsePolicy(policy)));
}

/** Whether one of the attributes held is the one wanted, in an older epoch. */
export function isOldOf(wanted: string, held: readonly Attribute[]): boolean {
	const { name, epoch, authority } = parseAttribute(wanted);
	return held.some((other) => other.name === name && other.authority === authority && other.epoch < epoch);
}
