-- Up Migration

-- What the topic was when its embargo began to be disclosed; null for one that was given up before. Its branch may go, or move
-- on, once everything is public.
ALTER TABLE embargo_topics ADD COLUMN disclosed_head text;

UPDATE embargo_topics topic SET disclosed_head = last.head
  FROM (
    SELECT DISTINCT ON (seen.embargo, seen.details->>'project', seen.details->>'line') seen.embargo, seen.act,
        seen.details->>'project' AS project, seen.details->>'line' AS line, seen.details->>'head' AS head
      FROM embargo_history seen
      JOIN (SELECT embargo, max(ordinal) AS ordinal FROM embargo_history WHERE act = 'disclosing' GROUP BY embargo) begun
        ON begun.embargo = seen.embargo AND seen.ordinal < begun.ordinal
      WHERE seen.act IN ('topic_registered', 'topic_removed')
      ORDER BY seen.embargo, seen.details->>'project', seen.details->>'line', seen.ordinal DESC
  ) last
  WHERE last.act = 'topic_registered' AND last.embargo = topic.embargo AND last.project = topic.project
    AND last.line = topic.line;
