const native = { hash: 'node', 'sign now': 'node', 'sign later': 'node', verify: 'node' }

export const runners = [
  {
    name: 'Node',
    expected: native,
    run: async (workshop) => ({
      version: process.versions.node,
      report: await workshop.runMain(process.execPath),
    }),
  },
]
