/** The groups over @noble/curves (audited): the reference, and what runs where WebAssembly does not. */
import type { Groups } from '../groups.ts';
import type { Affine } from './affine.ts';
import { curve, type Fp2 } from './curve.ts';
import { fromUnit, gtGroup, type Torus } from './gt.ts';
import { g1Group, g2Group } from './points.ts';

let made: Groups | undefined;

/** The groups, made when first asked for. */
export function nobleGroups(): Groups {
	return (made ??= makeGroups() as unknown as Groups);
}

function makeGroups() {
	const [G1, G2] = [g1Group(), g2Group()];
	return {
		name: 'noble',
		G1,
		G2,
		GT: gtGroup(pairing([[G1.generator.element, G2.generator.element]])),
		hashToG1(message: Uint8Array, DST: string): Affine<bigint> {
			const { x, y } = curve.hashToG1(message, DST).toAffine();
			return { x, y };
		},
		pairing,
	} satisfies Record<keyof Groups, unknown>;
}

function pairing(pairs: readonly (readonly [Affine<bigint>, Affine<Fp2>])[]): Torus {
	const lines = pairs.flatMap(([a, b]): [ReturnType<typeof curve.linesOf>, bigint, bigint][] =>
		a && b ? [[curve.linesOf(curve.G2.fromAffine(b)), a.x, a.y]] : [],
	);
	return fromUnit(curve.Fp12.finalExponentiate(curve.millerLoops(lines)));
}
