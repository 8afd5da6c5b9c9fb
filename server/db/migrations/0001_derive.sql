CREATE TABLE "analytics" (
	"operation_id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"totals" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "link_reviews" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"feature_id" text collate "C" NOT NULL,
	"session_id" text collate "C" NOT NULL,
	"verdict" text NOT NULL,
	"note" text,
	"actor" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"reasons_at_review" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "decided_links" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"auto" jsonb NOT NULL,
	"auto_digest" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "feature_evidence" (
	"project_id" text NOT NULL,
	"feature_id" text collate "C" NOT NULL,
	"paths" jsonb NOT NULL,
	"aliases" jsonb NOT NULL,
	CONSTRAINT "feature_evidence_project_id_feature_id_pk" PRIMARY KEY("project_id","feature_id")
);
--> statement-breakpoint
CREATE TABLE "link_state" (
	"project_id" text PRIMARY KEY NOT NULL,
	"logic_version" text,
	"last_rebuild_at" timestamp (3) with time zone,
	"trigger" text,
	"reason" text,
	"links_total" integer DEFAULT 0 NOT NULL,
	"pending" integer DEFAULT 0 NOT NULL,
	"derived_from" text
);
--> statement-breakpoint
CREATE TABLE "links" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"source_type" text NOT NULL,
	"source_id" text collate "C" NOT NULL,
	"target_type" text NOT NULL,
	"target_id" text collate "C" NOT NULL,
	"link_type" text NOT NULL,
	"origin" text NOT NULL,
	"strategy" text NOT NULL,
	"confidence" double precision NOT NULL,
	"depth" integer DEFAULT 0 NOT NULL,
	"sort_order" integer DEFAULT 0 NOT NULL,
	"metadata" jsonb NOT NULL,
	"explanation" jsonb,
	"broken" boolean DEFAULT false NOT NULL,
	"digest" text DEFAULT '' NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "unresolved_references" (
	"project_id" text NOT NULL,
	"document_id" text NOT NULL,
	"position" integer NOT NULL,
	"document_path" text collate "C" NOT NULL,
	"key" text NOT NULL,
	"value" text NOT NULL,
	"reason" text NOT NULL,
	"candidates" jsonb NOT NULL,
	CONSTRAINT "unresolved_references_project_id_document_id_position_pk" PRIMARY KEY("project_id","document_id","position")
);
--> statement-breakpoint
CREATE TABLE "feature_phases" (
	"project_id" text NOT NULL,
	"feature_id" text collate "C" NOT NULL,
	"phase" text collate "C" NOT NULL,
	"source_path" text collate "C" NOT NULL,
	"position" integer NOT NULL,
	"title" text NOT NULL,
	"status" text NOT NULL,
	"total_tasks" integer NOT NULL,
	"completed_tasks" integer NOT NULL,
	"deferred_tasks" integer NOT NULL,
	"progress" integer,
	"digest" text NOT NULL,
	CONSTRAINT "feature_phases_project_id_feature_id_phase_source_path_pk" PRIMARY KEY("project_id","feature_id","phase","source_path")
);
--> statement-breakpoint
CREATE TABLE "features" (
	"project_id" text NOT NULL,
	"id" text collate "C" NOT NULL,
	"name" text NOT NULL,
	"base_slug" text NOT NULL,
	"category" text,
	"status" text NOT NULL,
	"conflict" boolean NOT NULL,
	"readiness" text NOT NULL,
	"coverage" double precision NOT NULL,
	"document_count" integer NOT NULL,
	"facts" jsonb NOT NULL,
	"digest" text NOT NULL,
	CONSTRAINT "features_project_id_id_pk" PRIMARY KEY("project_id","id")
);
--> statement-breakpoint
CREATE TABLE "plan_state" (
	"project_id" text PRIMARY KEY NOT NULL,
	"derived_from" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"project_id" text NOT NULL,
	"id" text NOT NULL,
	"raw_id" text NOT NULL,
	"title" text NOT NULL,
	"description" text,
	"status" text NOT NULL,
	"raw_status" text,
	"assigned_to" jsonb NOT NULL,
	"model" text,
	"priority" text,
	"effort" text,
	"story_points" double precision,
	"dependencies" jsonb NOT NULL,
	"session_ids" jsonb NOT NULL,
	"commit_hashes" jsonb NOT NULL,
	"source_path" text collate "C" NOT NULL,
	"position" integer NOT NULL,
	"line" integer,
	"phase" text,
	"feature_id" text collate "C",
	"digest" text NOT NULL,
	CONSTRAINT "tasks_project_id_id_pk" PRIMARY KEY("project_id","id")
);
--> statement-breakpoint
CREATE TABLE "search_entries" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "search_entries_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"project_id" text NOT NULL,
	"kind" text NOT NULL,
	"entity_id" text collate "C" NOT NULL,
	"document_id" text,
	"doc_id" text collate "C" NOT NULL,
	"type" text collate "C" NOT NULL,
	"title" text NOT NULL,
	"status" text collate "C",
	"owner" text,
	"epic" text,
	"file_path" text collate "C",
	"ref_id" text,
	"owned" text[] NOT NULL,
	"about" text[] NOT NULL,
	"facts" text NOT NULL,
	"head" "tsvector" NOT NULL,
	"text" text,
	"digest" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "search_parts" (
	"entry_id" bigint NOT NULL,
	"part" integer NOT NULL,
	"words" "tsvector" NOT NULL,
	CONSTRAINT "search_parts_entry_id_part_pk" PRIMARY KEY("entry_id","part")
);
--> statement-breakpoint
CREATE TABLE "search_state" (
	"project_id" text PRIMARY KEY NOT NULL,
	"derived_from" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "session_commit_checks" (
	"project_id" text PRIMARY KEY NOT NULL,
	"refs" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "session_commit_windows" (
	"project_id" text NOT NULL,
	"session_id" text collate "C" NOT NULL,
	"position" integer NOT NULL,
	"hash" text,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"events" integer NOT NULL,
	"tools" integer NOT NULL,
	"tokens" bigint NOT NULL,
	CONSTRAINT "session_commit_windows_project_id_session_id_position_pk" PRIMARY KEY("project_id","session_id","position")
);
--> statement-breakpoint
CREATE TABLE "session_commits" (
	"project_id" text NOT NULL,
	"session_id" text collate "C" NOT NULL,
	"hash" text collate "C" NOT NULL,
	"at" timestamp (3) with time zone,
	"source" text NOT NULL,
	"ref" text NOT NULL,
	"verified" boolean,
	"commit_id" text,
	CONSTRAINT "session_commits_project_id_session_id_hash_pk" PRIMARY KEY("project_id","session_id","hash")
);
--> statement-breakpoint
CREATE TABLE "session_facts" (
	"project_id" text NOT NULL,
	"session_id" text collate "C" NOT NULL,
	"kind" text NOT NULL,
	"key" text collate "C" NOT NULL,
	"at" timestamp (3) with time zone,
	"fact" jsonb NOT NULL,
	CONSTRAINT "session_facts_project_id_session_id_kind_key_pk" PRIMARY KEY("project_id","session_id","kind","key")
);
--> statement-breakpoint
CREATE TABLE "session_logs" (
	"project_id" text NOT NULL,
	"session_id" text collate "C" NOT NULL,
	"path" text NOT NULL,
	"folder" text NOT NULL,
	"size" bigint NOT NULL,
	"mtime_ns" bigint NOT NULL,
	"ctime_ns" bigint NOT NULL,
	"ino" bigint NOT NULL,
	"scanned_at_ns" bigint NOT NULL,
	"inputs" text NOT NULL,
	"offset" bigint NOT NULL,
	"head_hash" text NOT NULL,
	"tail_hash" text NOT NULL,
	"is_skipping" boolean NOT NULL,
	"read_with" text NOT NULL,
	"state" jsonb NOT NULL,
	"issues" jsonb NOT NULL,
	CONSTRAINT "session_logs_project_id_session_id_pk" PRIMARY KEY("project_id","session_id")
);
--> statement-breakpoint
CREATE TABLE "session_records" (
	"project_id" text NOT NULL,
	"session_id" text collate "C" NOT NULL,
	"first_index" integer NOT NULL,
	"last_index" integer NOT NULL,
	"body" text NOT NULL,
	CONSTRAINT "session_records_project_id_session_id_first_index_pk" PRIMARY KEY("project_id","session_id","first_index")
);
--> statement-breakpoint
CREATE TABLE "session_usage" (
	"project_id" text NOT NULL,
	"key" text collate "C" NOT NULL,
	"session_id" text collate "C" NOT NULL,
	"family" text collate "C" NOT NULL,
	"model" text,
	"at" timestamp (3) with time zone,
	"input" bigint NOT NULL,
	"output" bigint NOT NULL,
	"cache_read" bigint NOT NULL,
	"cache_write_5m" bigint NOT NULL,
	"cache_write_1h" bigint NOT NULL,
	"reasoning" bigint NOT NULL,
	"service_tier" text,
	"server_tool_use" jsonb,
	CONSTRAINT "session_usage_project_id_key_session_id_pk" PRIMARY KEY("project_id","key","session_id")
);
--> statement-breakpoint
CREATE TABLE "session_usage_totals" (
	"project_id" text NOT NULL,
	"session_id" text collate "C" NOT NULL,
	"scope" text NOT NULL,
	"model" text collate "C" NOT NULL,
	"day" text collate "C" NOT NULL,
	"band" smallint NOT NULL,
	"messages" integer NOT NULL,
	"input" bigint NOT NULL,
	"output" bigint NOT NULL,
	"cache_read" bigint NOT NULL,
	"cache_write_5m" bigint NOT NULL,
	"cache_write_1h" bigint NOT NULL,
	"reasoning" bigint NOT NULL,
	CONSTRAINT "session_usage_totals_project_id_session_id_scope_model_day_band_pk" PRIMARY KEY("project_id","session_id","scope","model","day","band")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"project_id" text NOT NULL,
	"id" text collate "C" NOT NULL,
	"agent" text NOT NULL,
	"parent_id" text collate "C",
	"family" text collate "C" NOT NULL,
	"role" text NOT NULL,
	"agent_id" text,
	"recorded_id" text,
	"parent_recorded_id" text,
	"title" text NOT NULL,
	"title_source" text NOT NULL,
	"title_confidence" double precision NOT NULL,
	"models" text[] NOT NULL,
	"cwd" text,
	"branches" text[] NOT NULL,
	"program_version" text,
	"provider" text,
	"slug" text,
	"permission_mode" text,
	"effort" text,
	"start_commit" text,
	"started_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"active_at" timestamp (3) with time zone NOT NULL,
	"ends_turn" boolean NOT NULL,
	"user_messages" integer NOT NULL,
	"assistant_messages" integer NOT NULL,
	"tool_calls" integer NOT NULL,
	"failed_tool_calls" integer NOT NULL,
	"api_errors" integer NOT NULL,
	"compactions" integer NOT NULL,
	"reported_cost" double precision,
	"record_types" jsonb NOT NULL,
	"record_count" integer NOT NULL,
	"lines" integer NOT NULL,
	"invalid_lines" integer NOT NULL,
	"long_lines" integer NOT NULL,
	"masked_secrets" integer NOT NULL,
	"log_path" text NOT NULL,
	"log_bytes" bigint NOT NULL,
	"sidecars" jsonb NOT NULL,
	"source_gone_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "sessions_project_id_id_pk" PRIMARY KEY("project_id","id")
);
--> statement-breakpoint
ALTER TABLE "documents" ADD COLUMN "text_references" jsonb DEFAULT '{"header":[],"mentions":[]}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "issues" ADD COLUMN "source" text DEFAULT 'file' NOT NULL;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "tree_settings" jsonb;--> statement-breakpoint
ALTER TABLE "analytics" ADD CONSTRAINT "analytics_operation_id_operations_id_fk" FOREIGN KEY ("operation_id") REFERENCES "public"."operations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "analytics" ADD CONSTRAINT "analytics_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "link_reviews" ADD CONSTRAINT "link_reviews_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "decided_links" ADD CONSTRAINT "decided_links_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feature_evidence" ADD CONSTRAINT "feature_evidence_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "link_state" ADD CONSTRAINT "link_state_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "links" ADD CONSTRAINT "links_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "unresolved_references" ADD CONSTRAINT "unresolved_references_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "feature_phases" ADD CONSTRAINT "feature_phases_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "features" ADD CONSTRAINT "features_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plan_state" ADD CONSTRAINT "plan_state_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "search_entries" ADD CONSTRAINT "search_entries_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "search_entries" ADD CONSTRAINT "search_entries_document_id_documents_id_fk" FOREIGN KEY ("document_id") REFERENCES "public"."documents"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "search_parts" ADD CONSTRAINT "search_parts_entry_id_search_entries_id_fk" FOREIGN KEY ("entry_id") REFERENCES "public"."search_entries"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "search_state" ADD CONSTRAINT "search_state_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_commit_checks" ADD CONSTRAINT "session_commit_checks_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_commit_windows" ADD CONSTRAINT "session_commit_windows_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_commits" ADD CONSTRAINT "session_commits_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_facts" ADD CONSTRAINT "session_facts_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_logs" ADD CONSTRAINT "session_logs_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_records" ADD CONSTRAINT "session_records_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_usage" ADD CONSTRAINT "session_usage_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session_usage_totals" ADD CONSTRAINT "session_usage_totals_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "analytics_project" ON "analytics" USING btree ("project_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "link_reviews_pair" ON "link_reviews" USING btree ("project_id","feature_id","session_id");--> statement-breakpoint
CREATE INDEX "link_reviews_order" ON "link_reviews" USING btree ("project_id","created_at","id");--> statement-breakpoint
CREATE INDEX "links_source" ON "links" USING btree ("project_id","source_type","source_id");--> statement-breakpoint
CREATE INDEX "links_target" ON "links" USING btree ("project_id","target_type","target_id");--> statement-breakpoint
CREATE INDEX "links_manual" ON "links" USING btree ("project_id") WHERE "links"."origin" = 'manual';--> statement-breakpoint
CREATE INDEX "unresolved_references_order" ON "unresolved_references" USING btree ("project_id","document_path","position");--> statement-breakpoint
CREATE INDEX "tasks_order" ON "tasks" USING btree ("project_id","source_path","position");--> statement-breakpoint
CREATE INDEX "tasks_feature" ON "tasks" USING btree ("project_id","feature_id");--> statement-breakpoint
CREATE UNIQUE INDEX "search_entries_entity" ON "search_entries" USING btree ("project_id","kind","entity_id");--> statement-breakpoint
CREATE INDEX "search_entries_document" ON "search_entries" USING btree ("document_id");--> statement-breakpoint
CREATE INDEX "search_parts_words" ON "search_parts" USING gin ("words");--> statement-breakpoint
CREATE INDEX "session_usage_session" ON "session_usage" USING btree ("project_id","session_id");--> statement-breakpoint
CREATE INDEX "sessions_active" ON "sessions" USING btree ("project_id","active_at","id");--> statement-breakpoint
CREATE INDEX "sessions_parent" ON "sessions" USING btree ("project_id","parent_id");--> statement-breakpoint
CREATE INDEX "sessions_family" ON "sessions" USING btree ("project_id","family");--> statement-breakpoint
CREATE INDEX "sessions_recorded" ON "sessions" USING btree ("project_id","recorded_id");--> statement-breakpoint
-- Transcripts are written once and read rarely: lz4 where the server has it.
DO $$ BEGIN
  ALTER TABLE "session_records" ALTER COLUMN "body" SET COMPRESSION lz4;
EXCEPTION WHEN OTHERS THEN
  ALTER TABLE "session_records" ALTER COLUMN "body" SET STORAGE EXTERNAL;
END $$;
