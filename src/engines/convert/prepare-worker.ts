import { serve } from "../../platform/async/rpc"
import { CodeReader } from "./code/reader"
import { type Preparation, prepareFiles } from "./prepare"

declare const self: Worker

const code = new CodeReader()
// `serve` already makes one call after another.
const calls = { prepare: (preparation: Preparation) => prepareFiles(preparation, code) }
export type PrepareCalls = typeof calls

serve(self, calls)
