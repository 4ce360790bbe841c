import type { AppError } from "../../../platform/errors"

/** Why a gate lets nothing through: the step that waited at it fails for this reason. */
export class NotApproved extends Error {
  override readonly name = "NotApproved"

  constructor(readonly failure: AppError) {
    super(failure.message)
  }
}
