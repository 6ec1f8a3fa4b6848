/**
 * A FHIR R4 bundle as Amana reads it: https://hl7.org/fhir/R4/bundle.html
 *
 * Any type of bundle, or one resource alone. Each resource keeps its original JSON beside what was understood of it, so that
 * nothing is lost by being unknown. Nothing is fetched: a reference is followed inside the bundle or not at all.
 */
import { asObject, asText } from './json-access.ts';
import { invalid, readJson } from './json.ts';
import { narrow, type ReadResource, type UnreadResource } from './resources.ts';

export type ParsedResource = (ReadResource | UnreadResource) & {
	id: string | null;
	fullUrl: string | null;
	/** The JSON as it came. */
	original: Readonly<Record<string, unknown>>;
	/** Resources inside this one, which only it may refer to. */
	contained: ParsedResource[];
};

export interface ParsedBundle {
	/** `Bundle.type`, or `resource` when a single resource was given. */
	type: string;
	timestamp: string | null;
	resources: ParsedResource[];
	/** Each type once, in alphabetical order. */
	resourceTypes: string[];
	/** The resource that a reference of `from` means, where it is in this bundle. */
	find: (reference: string, from: ParsedResource) => ParsedResource | null;
}

/** Bundles inside bundles (a batch response to searches) are opened this deep. */
const deepestBundle = 4;

/**
 * Parses a bundle or a single resource from JSON bytes (UTF-8) or from parsed JSON.
 *
 * @throws AppError `records.invalid-input`, `details.reason` one of `not-json`, `too-deep`, `too-many`, `forbidden-key`,
 * `not-fhir`, `bad-bundle`; `records.too-large`.
 */
export function parseBundle(json: unknown): ParsedBundle {
	const root = asObject(readJson(json));
	const rootType = asText(root?.resourceType);
	if (!root || !rootType || !/^[A-Z][A-Za-z]{1,63}$/.test(rootType)) {
		throw invalid('not-fhir', 'This JSON is not a FHIR resource: it names no resourceType.');
	}
	const isBundle = rootType === 'Bundle';
	const resources = isBundle ? openBundle(root, 1) : [parseResource(root, null)];
	return {
		type: isBundle ? (asText(root.type) ?? 'unknown') : 'resource',
		timestamp: asText(root.timestamp),
		resources,
		resourceTypes: [...new Set(resources.map((resource) => resource.type))].sort(),
		find: finder(resources),
	};
}

function openBundle(bundle: Readonly<Record<string, unknown>>, depth: number): ParsedResource[] {
	const entries = bundle.entry ?? [];
	if (!Array.isArray(entries)) throw invalid('bad-bundle', 'The entries of the bundle are not a list.');
	return entries.flatMap((item: unknown, index) => {
		const entry = asObject(item);
		if (!entry) throw invalid('bad-bundle', `Entry ${index} of the bundle is not an object.`);
		if (entry.resource === undefined) return []; // a bare request or response
		const resource = asObject(entry.resource);
		if (!resource || !asText(resource.resourceType)) {
			throw invalid('bad-bundle', `Entry ${index} of the bundle holds something that is not a resource.`);
		}
		if (resource.resourceType === 'Bundle' && depth < deepestBundle) return openBundle(resource, depth + 1);
		return [parseResource(resource, asText(entry.fullUrl))];
	});
}

function parseResource(original: Readonly<Record<string, unknown>>, fullUrl: string | null): ParsedResource {
	const contained = Array.isArray(original.contained) ? (original.contained as unknown[]) : [];
	return {
		...narrow({ ...original, resourceType: asText(original.resourceType) ?? 'unknown' }),
		id: asText(original.id),
		fullUrl,
		original,
		contained: contained.flatMap((item) => {
			const inner = asObject(item);
			// FHIR forbids contained resources inside contained ones.
			return inner && asText(inner.resourceType) ? [parseResource({ ...inner, contained: [] }, null)] : [];
		}),
	};
}

/** https://hl7.org/fhir/R4/bundle.html#references: by `fullUrl`, or by type and id. The first of two equal names wins. */
function finder(resources: ParsedResource[]): ParsedBundle['find'] {
	const byName = new Map<string, ParsedResource>();
	const name = (key: string, resource: ParsedResource) => {
		if (!byName.has(key)) byName.set(key, resource);
	};
	for (const resource of resources) if (resource.fullUrl) name(resource.fullUrl, resource);
	for (const resource of resources) if (resource.id) name(`${resource.type}/${resource.id}`, resource);
	return (reference, from) => {
		if (reference.startsWith('#')) {
			return from.contained.find((resource) => `#${resource.id ?? ''}` === reference) ?? null;
		}
		return byName.get(reference.replace(/\/_history\/[^/]*$/, '')) ?? null;
	};
}
