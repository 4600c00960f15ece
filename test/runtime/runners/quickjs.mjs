const noble = { hash: 'noble', 'sign now': 'noble', verify: 'noble' }

const CODE = `
globalThis.report = ''
runSuite(library).then((report) => { globalThis.report = JSON.stringify(report) })
`

export const runners = [
  {
    name: 'QuickJS',
    expected: noble,
    async run(workshop) {
      const { getQuickJS } = await workshop.load('quickjs-emscripten')
      const context = (await getQuickJS()).newContext()
      const evaluate = (code) => context.dump(context.unwrapResult(context.evalCode(code)))
      evaluate(`${workshop.standIns()};\n${await workshop.bundle(CODE)}`)
      const jobs = context.runtime.executePendingJobs()
      if (jobs.error) throw new Error(JSON.stringify(context.dump(jobs.error)))
      return { version: workshop.versionOf('quickjs-emscripten'), report: JSON.parse(evaluate('report')) }
    },
  },
]
