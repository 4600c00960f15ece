const native = { hash: 'node', 'sign now': 'node', 'sign later': 'node', verify: 'node' }

export const runners = [
  {
    name: 'Deno',
    expected: native,
    async run(workshop) {
      const version = workshop.versionOf('deno')
      const args = ['run', '--no-prompt', '--node-modules-dir=manual', `--allow-read=${workshop.folder}`]
      return { version, report: await workshop.runMain(workshop.find('.bin/deno'), args) }
    },
  },
]
