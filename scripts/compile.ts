/** Compiles the contracts, if they changed. `npm test` does so once, before several of its steps need them. */
import { compileContracts } from './deploy/artifacts.ts';
import { exitWith } from './problem.ts';

await compileContracts().catch(exitWith);
