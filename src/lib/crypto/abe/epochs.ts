/**
 * New epochs of an attribute. A key opens what is sealed under its own epoch alone; so when an authority raises the epoch,
 * to leave someone out, all others need new keys, and what must be closed to the one left out is sealed again.
 */
import { formatAttribute, parseAttribute, tryParseAttribute } from './attribute.ts';
import { formatPolicy, parsePolicy, type Policy } from './policy.ts';

export interface EpochChange {
	/** The attribute in its new epoch. */
	readonly next: string;
	/** Who held an older epoch and stays: those need a key for `next`. */
	readonly holders: string[];
	/** Names of locks whose policy has an older epoch of it, and the policy to seal them under. */
	readonly locks: Map<string, string>;
}

/**
 * What follows from raising the epoch of `attribute` by one, in which `leaving` get no key. Holders are people with the
 * attributes they hold, locks are policies by any name. Throws `crypto.invalid-policy` for what is no attribute or policy, and
 * after the last epoch.
 */
export function nextEpoch(
	attribute: string,
	state: {
		readonly holders: ReadonlyMap<string, Iterable<string>>;
		readonly leaving: ReadonlySet<string>;
		readonly locks: ReadonlyMap<string, string>;
	},
): EpochChange {
	const { name, epoch, authority } = parseAttribute(attribute);
	const next = formatAttribute({ name, epoch: epoch + 1, authority });
	const isOlder = (text: string) => {
		const other = tryParseAttribute(text);
		return other?.name === name && other.authority === authority && other.epoch <= epoch;
	};
	const locks = new Map<string, string>();
	for (const [lock, text] of state.locks) {
		const policy = parsePolicy(text);
		const renewed = formatPolicy(replaceIn(policy, (old) => (isOlder(old) ? next : old)));
		if (renewed !== formatPolicy(policy)) locks.set(lock, renewed);
	}
	const holders = [...state.holders]
		.filter(([gid, held]) => !state.leaving.has(gid) && [...held].some(isOlder))
		.map(([gid]) => gid);
	return { next, holders, locks };
}

function replaceIn(policy: Policy, rename: (attribute: string) => string): Policy {
	if ('attribute' in policy) return { attribute: rename(policy.attribute) };
	return { k: policy.k, of: policy.of.map((part) => replaceIn(part, rename)) };
}
