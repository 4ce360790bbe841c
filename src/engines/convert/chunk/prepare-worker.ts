import { serve } from "../../../platform/async/rpc"
import { CodeReader } from "../code/reader"
import { type Preparation, prepare } from "./prepare"

declare const self: Worker

const code = new CodeReader()
const calls = { prepare: (preparation: Preparation) => prepare(preparation, code) }

export type PrepareCalls = typeof calls

serve(self, calls)
