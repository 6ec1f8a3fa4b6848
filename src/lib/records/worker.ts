/** The app's one worker: the engine, exposed. */
import { expose } from 'comlink';
import { browserCache } from './cache.ts';
import { createEngine } from './engine.ts';
import { serveEngine } from './engine-wire.ts';

expose(serveEngine(createEngine(undefined, browserCache())));
