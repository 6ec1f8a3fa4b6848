/** Writes the contracts' ABIs as TypeScript constants into `src/lib/chain/abi/`, so that calls and events have types. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { compileContracts, contractNames, readArtifact } from './deploy/artifacts.ts';
import { root } from './run.ts';

/** The generated files, by path: functions, events and errors, without constructors. */
export async function generateAbis(): Promise<Map<string, string>> {
	await compileContracts();
	const files = new Map<string, string>();
	for (const name of contractNames) {
		const { abi } = await readArtifact(name);
		const entries = (abi as readonly { type: string }[]).filter((entry) => entry.type !== 'constructor');
		const path = join(root, 'src/lib/chain/abi', `${fileName(name)}.ts`);
		const constant = `${name[0]?.toLowerCase()}${name.slice(1)}Abi`;
		const text =
			`/** Made from contracts/${name}.sol by \`npm run abi\`. */\n` +
			`export const ${constant} = ${JSON.stringify(entries, withoutInternalTypes)} as const;\n`;
		files.set(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
	}
	return files;
}

/** Solidity's own names of types are nobody's business here, and would travel to every browser. */
function withoutInternalTypes(key: string, value: unknown): unknown {
	return key === 'internalType' ? undefined : value;
}

/** `HospitalRegistry` as `hospital-registry`. */
function fileName(contract: string): string {
	return contract.replace(/(?<=[a-z])[A-Z]/g, '-$&').toLowerCase();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
	for (const [path, text] of await generateAbis()) await writeFile(path, text);
}
