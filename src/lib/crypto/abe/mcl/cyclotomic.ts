/**
 * Squaring in the cyclotomic subgroup of Fp12 (Granger and Scott, PKC 2010, eprint 2009/565, §3.2), which the library does not give out:
 * nine squarings in Fp2, where any element takes the work of twelve multiplications. Right for elements of that subgroup alone.
 */
import { fpSize, type Mcl } from './module.ts';

const fp2Size = 2 * fpSize;

/** A function that squares in place. */
export function cyclotomicSquaring({ call }: Mcl): (element: number) => void {
	const { _mclBnFp2_add: add, _mclBnFp2_sub: sub, _mclBnFp2_sqr: sqr } = call;
	const { _mclBnFp_add: addFp, _mclBnFp_sub: subFp } = call;
	const coordinate = () => call._malloc(fp2Size);
	const places = () => [coordinate(), coordinate()] as const;
	const [one, two, three] = [places(), places(), places()];
	const [square, spare] = [coordinate(), coordinate()];

	/** (a + b·s)² for s² = ξ = 1 + u, in Fp4: first a² + ξb², then 2ab. */
	function squareInFp4([first, second]: readonly [number, number], a: number, b: number): void {
		sqr(first, a);
		sqr(square, b);
		add(second, a, b);
		sqr(second, second);
		sub(second, second, first);
		sub(second, second, square);
		timesXi(square);
		add(first, first, square);
	}

	/** x becomes ξ·x. */
	function timesXi(x: number): void {
		subFp(spare, x, x + fpSize);
		addFp(x + fpSize, x, x + fpSize);
		// The real part last, as the other needs it.
		subFp(x, x, x);
		addFp(x, x, spare);
	}

	/** x becomes 3s − 2x, or 3s + 2x. */
	function combine(x: number, s: number, withX: typeof add): void {
		withX(x, s, x);
		add(x, x, x);
		add(x, x, s);
	}

	return (element) => {
		const at = (i: number) => element + i * fp2Size; // a0 a1 a2 and b0 b1 b2 of a + b·w
		squareInFp4(one, at(0), at(4));
		squareInFp4(two, at(3), at(2));
		squareInFp4(three, at(1), at(5));
		timesXi(three[1]);
		combine(at(0), one[0], sub);
		combine(at(1), two[0], sub);
		combine(at(2), three[0], sub);
		combine(at(3), three[1], add);
		combine(at(4), one[1], add);
		combine(at(5), two[1], add);
	};
}
