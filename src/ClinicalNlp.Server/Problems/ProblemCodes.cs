namespace ClinicalNlp.Server.Problems;

/// <summary>Every stable <c>code</c> of a problem detail, with its HTTP status and title. Clients may rely on the codes; titles may be reworded.</summary>
public static class ProblemCodes
{
    public static readonly IReadOnlyDictionary<string, (int Status, string Title)> All = new Dictionary<string, (int, string)>(
        StringComparer.Ordinal
    )
    {
        ["invalid_json"] = (400, "The body is not valid JSON."),
        ["invalid_utf8"] = (400, "The body is not valid UTF-8."),
        ["unpaired_surrogate"] = (400, "A string holds half of a surrogate pair."),
        ["nul_character"] = (400, "A string holds a NUL character."),
        ["unknown_field"] = (400, "The body holds a field that is not known here."),
        ["missing_field"] = (400, "A required field is missing."),
        ["invalid_value"] = (400, "A value has the wrong type or is not allowed."),
        ["sign_in_required"] = (401, "Sign in, or send an API key."),
        ["sign_in_refused"] = (401, "The sign-in token is wrong or was used."),
        ["forbidden"] = (403, "The role needed for this is missing."),
        ["cross_origin"] = (403, "Requests from other sites are refused."),
        ["not_found"] = (404, "There is nothing here by this name."),
        ["method_not_allowed"] = (405, "This method is not supported here."),
        ["name_taken"] = (409, "There is one by this name already."),
        ["external_id_taken"] = (409, "The project has a document with this external id."),
        ["document_done"] = (409, "The document is done."),
        ["already_decided"] = (409, "This was decided before."),
        ["stale_revision"] = (409, "The document has changed since it was read."),
        ["training_in_progress"] = (409, "A training run is in progress."),
        ["last_administrator"] = (409, "Somebody must stay administrator."),
        ["nothing_to_roll_back"] = (409, "No version was in use before this one."),
        ["state_conflict"] = (409, "This cannot be done in the present state."),
        ["text_too_long"] = (413, "The text is too long."),
        ["unsupported_media_type"] = (415, "Send JSON as application/json in UTF-8."),
        ["password_refused"] = (422, "The present password is wrong."),
        ["bad_role"] = (422, "The role cannot be given here."),
        ["bad_scope"] = (422, "The scopes of the key do not go together."),
        ["bad_expiry"] = (422, "The time of expiry lies in the past."),
        ["password_too_short"] = (422, "The password is too short or too long."),
        ["name_missing"] = (422, "A name is missing or too long."),
        ["schema_duplicate"] = (422, "A name is defined twice."),
        ["no_changes"] = (422, "There is nothing to change."),
        ["mention_not_found"] = (422, "The document has no such mention."),
        ["never_so"] = (422, "The mention was never so."),
        ["turn_not_found"] = (422, "The document has no such turn."),
        ["duplicate_mention"] = (422, "The document has this span with this label already."),
        ["duplicate_turn"] = (422, "A turn is named twice."),
        ["unknown_action"] = (422, "The change is not one of the known actions."),
        ["idempotency_key_reused"] = (422, "The idempotency key belongs to another request."),
        ["empty_text"] = (422, "The text is empty."),
        ["no_turns"] = (422, "The transcript has no turns."),
        ["span_out_of_range"] = (422, "A span lies outside the text or cuts through a character."),
        ["span_off_surface"] = (422, "The text at a span is not the text that was given with it."),
        ["label_not_in_schema"] = (422, "The label is not in the project's schema."),
        ["undecided_suggestions"] = (422, "Suggestions are still undecided."),
        ["too_little_data"] = (422, "There is too little finished work for this."),
        ["bad_minutes"] = (422, "The minutes are out of range."),
        ["bad_fraction"] = (422, "The held-out fraction is out of range."),
        ["snapshot_mismatch"] = (422, "The snapshot is of another project or task."),
        ["gate_refused"] = (422, "The gate refused this version."),
        ["too_many_attempts"] = (429, "Too many failed attempts."),
        ["queue_full"] = (429, "Too many requests wait already."),
        ["internal_error"] = (500, "Something went wrong."),
        ["storage_read_only"] = (503, "The data folder cannot be written."),
        ["storage_damaged"] = (503, "The database is damaged."),
        ["storage_newer"] = (503, "A newer version of the programme wrote the database."),
        ["storage_unavailable"] = (503, "The database cannot be read."),
        ["storage_busy"] = (503, "The database is busy."),
        ["model_missing"] = (503, "There is no model for this."),
        ["model_incomplete"] = (503, "The model folder is incomplete."),
        ["model_damaged"] = (503, "The model folder is damaged."),
        ["model_foreign"] = (503, "The model folder is not one of ours."),
        ["shutting_down"] = (503, "The service is stopping."),
        ["storage_full"] = (507, "The disk is full."),
    };

    /// <summary>What the caller sent is at fault when a code was thrown that is not listed.</summary>
    public static (int Status, string Title) Of(string code) =>
        All.GetValueOrDefault(code, (StatusCodes.Status422UnprocessableEntity, "The input cannot be used."));
}
