export const runners = [
  {
    name: '@edge-runtime/vm',
    expected: { hash: 'noble', 'sign now': 'noble', 'sign later': 'webcrypto', verify: 'webcrypto' },
    async run(workshop) {
      const { EdgeVM } = await workshop.load('@edge-runtime/vm')
      const vm = new EdgeVM()
      // It has no module loader.
      vm.evaluate(await workshop.bundle('globalThis.report = runSuite(library)'))
      const report = JSON.parse(JSON.stringify(await vm.evaluate('report')))
      return { version: workshop.versionOf('@edge-runtime/vm'), report }
    },
  },
]
