-- Probable label errors as they stand now: with the place of an utterance, and whether what was reported has been changed since.
-- Read, not kept: an undone change takes the mend back with it, and a renamed label is still the one that was reported.
CREATE VIEW label_error_states AS
SELECT e.id, e.project_id, e.run_id, e.document_id, e.revision, e.kind, coalesce(e.span_start, t.span_start) AS span_start,
    coalesce(e.span_end, t.span_end) AS span_end, e.label, e.suggested_start, e.suggested_end, e.suggested_label, e.turn, e.score, e.rank,
    e.decision, e.decided_by, e.decided_at,
    CASE e.kind
        WHEN 'wrong_intent' THEN t.intent IS NOT coalesce(f.now, e.label)
        WHEN 'missing' THEN EXISTS (
            SELECT 1 FROM mentions m WHERE m.document_id = e.document_id AND m.state <> 'suggested'
                AND m.span_start < e.span_end AND m.span_end > e.span_start)
        ELSE NOT EXISTS (
            SELECT 1 FROM mentions m WHERE m.document_id = e.document_id AND m.state <> 'suggested'
                AND m.span_start = e.span_start AND m.span_end = e.span_end AND m.label = coalesce(f.now, e.label))
    END AS mended
FROM label_errors e
LEFT JOIN turns t ON t.document_id = e.document_id AND t.position = e.turn
LEFT JOIN former_labels f ON f.project_id = e.project_id AND f.name = e.label;
