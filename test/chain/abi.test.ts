import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { generateAbis } from '../../scripts/abi.ts';

test('the committed ABIs are what the contracts compile to', async () => {
	const generated = await generateAbis();
	expect(generated.size).toBe(5);
	for (const [path, text] of generated) expect(await readFile(path, 'utf8'), path).toBe(text);
});
