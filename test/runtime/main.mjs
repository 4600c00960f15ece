// For runtimes that read modules from the disk: prints the report.
import { library } from './library.mjs'
import { runSuite } from './suite.mjs'

console.log(JSON.stringify(await runSuite(library)))
