const native = { hash: 'node', 'sign now': 'node', 'sign later': 'node', verify: 'node' }
const PLATFORM = `${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`

export const runners = [
  {
    name: 'Bun',
    expected: native,
    async run(workshop) {
      const version = workshop.versionOf('bun')
      // A script of the package moves the binary, where npm runs it.
      const file = workshop.find(`@oven/bun-${PLATFORM}/bin/bun`, 'bun/bin/bun.exe')
      return { version, report: await workshop.runMain(file) }
    },
  },
]
