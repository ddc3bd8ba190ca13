// SPDX-License-Identifier: Apache-2.0
// The peer of bench jobs: graphile-worker with a local queue and batched completion. URL JOBS; prints jobs per second.
import { createRequire } from 'node:module'
const { Logger, makeWorkerUtils, run } = createRequire(process.env.PEERS + '/')('graphile-worker')
const [connectionString, wanted] = [process.argv[2], Number(process.argv[3])]

const utils = await makeWorkerUtils({ connectionString })
await utils.migrate()
for (let i = 0; i < wanted; i += 10000)
    await utils.addJobs(Array.from({ length: Math.min(10000, wanted - i) }, () => ({ identifier: 'score', payload: { lead: 1 } })))

let done = 0
let finished
const all = new Promise(resolve => { finished = resolve })
const worker = { connectionString, concurrentJobs: 24, maxPoolSize: 25, localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }
const from = process.hrtime.bigint()
const runner = await run({
    logger: new Logger(() => () => {}),
    noHandleSignals: true,
    taskList: { score: async () => { if (++done === wanted) finished() } },
    preset: { worker },
})
await all
const seconds = Number(process.hrtime.bigint() - from) / 1e9
await runner.stop()
await utils.release()
console.log((wanted / seconds).toFixed(0))
process.exit(0)
