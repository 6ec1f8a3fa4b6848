import { expose } from 'comlink';
import { runEverything } from './everything.ts';

expose(runEverything);
