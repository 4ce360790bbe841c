import { serve } from "../../platform/async/rpc"
import { prepareInOrder } from "./prepare"

declare const self: Worker

const calls = { prepare: prepareInOrder() }
export type PrepareCalls = typeof calls

serve(self, calls)
