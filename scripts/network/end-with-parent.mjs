/**
 * Loaded into a process with `--import`, it ends that process when the one that started it is gone, even if that was killed and
 * could end nothing itself.
 */
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(1), 500).unref();
