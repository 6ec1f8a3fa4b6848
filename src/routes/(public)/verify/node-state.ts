/** What a node's faults come to. */
import type { EndpointReport } from '#lib/records/index.ts';

/** Something shows that it says what is not so. To be silent or behind is no lie. */
export function isWrong(node: EndpointReport | undefined): boolean {
	return (
		node?.faults.some((fault) =>
			'evidence' in fault ? fault.evidence !== 'none' : fault.kind === 'wrong-chain' || fault.kind === 'wrong-state',
		) === true
	);
}

/** Its word stands against another's, and nothing shows who is right. */
export function isInDispute({ faults }: EndpointReport): boolean {
	return faults.some((fault) => 'evidence' in fault && fault.evidence === 'none');
}
