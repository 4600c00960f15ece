export const MB: number = 1024 * 1024

const TELL_MEMORY = `data:text/javascript,${encodeURIComponent(`
  let peak = 0
  setInterval(() => {
    gc()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    peak = Math.max(peak, heapUsed + arrayBuffers)
  }, 20).unref()
  process.on('exit', () => console.log('peak ' + peak))
  process.once('SIGTERM', () => process.exit(130))
`)}`

/** With these, a process says at the end how many bytes were in use at most, without the garbage. */
export const MEASURED = ['--expose-gc', '--import', TELL_MEMORY]
/** In MB. */
export const peakOf = (stdout: string): number => Number(/peak (\d+)/.exec(stdout)?.[1]) / MB
