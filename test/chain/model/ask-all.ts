/**
 * Many questions to contracts as one `eth_call`, which is twenty times as fast as one each. What such a call runs when it names no contract
 * is its own data, as a program, and the answer is what that returns: here, it asks each question in turn, and returns all answers.
 */
import type { Address, ChainClient, Hash } from '#lib/chain/index.ts';

export interface Question {
	to: Address;
	data: Hash;
	/** Words of 32 bytes in its answer. */
	words: number;
}

/** The program's own bytes; each number is pushed as three. */
const op = { pop: '50', codecopy: '39', gas: '5a', staticcall: 'fa', return: 'f3' };
const push = (value: number) => `62${value.toString(16).padStart(6, '0')}`;
const pushAddress = (address: Address) => `73${address.slice(2)}`;

/** Where in memory the answers begin; the questions come before. */
const answersAt = 1024;

/** The contracts' answers, in the order of the questions. A question that is refused has 0 for an answer. */
export async function askAll(client: ChainClient, questions: readonly Question[]): Promise<Hash[]> {
	const data = program(questions);
	const answer = await client.request({ method: 'eth_call', params: [{ data }, 'latest'] });
	let place = 2;
	return questions.map(({ words }): Hash => `0x${answer.slice(place, (place += 64 * words))}`);
}

function program(questions: readonly Question[]): Hash {
	const lengthOf = ({ data }: Question) => data.length / 2 - 1;
	const code = (dataAt: number) => {
		let questionAt = dataAt;
		let answerAt = answersAt;
		const steps = questions.map((question) => {
			const length = lengthOf(question);
			const copy = push(length) + push(questionAt) + push(0) + op.codecopy;
			const answer = push(32 * question.words) + push(answerAt);
			const ask = answer + push(length) + push(0) + pushAddress(question.to) + op.gas + op.staticcall + op.pop;
			questionAt += length;
			answerAt += 32 * question.words;
			return copy + ask;
		});
		return steps.join('') + push(answerAt - answersAt) + push(answersAt) + op.return;
	};
	// Numbers are pushed in a fixed length, so the program is as long wherever its data begins.
	return `0x${code(code(0).length / 2)}${questions.map(({ data }) => data.slice(2)).join('')}`;
}
