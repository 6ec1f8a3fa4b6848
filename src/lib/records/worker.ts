/** The app's one worker: the engine, exposed. */
import { expose } from 'comlink';
import { createEngine } from './engine.ts';
import { serveEngine } from './engine-wire.ts';

expose(serveEngine(createEngine()));
