/** What a person calls a cloud; of somebody else's, its host, or its data set on Filecoin. */
import { nameOf, type StoreConfig } from '#lib/records/index.ts';

/** The label of the store with this name: a base URL, `filecoin:network/number`, or `kind:label`. */
export function cloudLabel(name: string, own: readonly StoreConfig[]): string {
	const config = own.find((candidate) => nameOf(candidate) === name);
	if (config?.label) return config.label;
	if (name.startsWith('filecoin:')) return `Filecoin ${name.replace(/^filecoin:(mainnet\/)?/, '')}`;
	return URL.canParse(name) && name.startsWith('http') ? new URL(name).host : name.replace(/^\w+:/, '');
}

/** A name in its own direction (Unicode's first strong isolate), so that Latin names keep their places in an Arabic list. */
export function apart(name: string): string {
	return `\u2068${name}\u2069`;
}
