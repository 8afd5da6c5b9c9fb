CREATE TABLE "documents" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"file_path" text collate "C" NOT NULL,
	"entry" text NOT NULL,
	"doc_id" text collate "C" NOT NULL,
	"type" text collate "C" NOT NULL,
	"subtype" text,
	"category" text,
	"ref_id" text,
	"subject_id" text,
	"title" text collate "C" NOT NULL,
	"raw_status" text,
	"status" text collate "C",
	"canonical_status" text,
	"owner" text,
	"priority" text,
	"story_points" integer,
	"epic" text,
	"story" text,
	"depends_on" text[] NOT NULL,
	"aliases" text[] NOT NULL,
	"metadata" jsonb,
	"metadata_values" jsonb NOT NULL,
	"front_matter" jsonb,
	"declared_dates" jsonb NOT NULL,
	"archived" boolean NOT NULL,
	"body" text NOT NULL,
	"content_length" integer NOT NULL,
	"file_hash" text NOT NULL,
	"size_bytes" integer NOT NULL,
	"mtime_ms" bigint NOT NULL,
	"dates" jsonb NOT NULL,
	"file_date" timestamp (3) with time zone,
	"parser_version" integer NOT NULL,
	"synced_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "former_documents" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"file_path" text NOT NULL,
	"removed_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"scope" text NOT NULL,
	"key" text NOT NULL,
	"body_hash" text NOT NULL,
	"status" integer,
	"headers" jsonb,
	"body" jsonb,
	"operation_id" text,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_scope_key_pk" PRIMARY KEY("scope","key")
);
--> statement-breakpoint
CREATE TABLE "file_stamps" (
	"project_id" text NOT NULL,
	"file_path" text NOT NULL,
	"hash" text NOT NULL,
	"size" bigint NOT NULL,
	"mtime_ns" bigint NOT NULL,
	"ctime_ns" bigint NOT NULL,
	"ino" bigint NOT NULL,
	"scanned_at_ns" bigint NOT NULL,
	"failed" boolean NOT NULL,
	CONSTRAINT "file_stamps_project_id_file_path_pk" PRIMARY KEY("project_id","file_path")
);
--> statement-breakpoint
CREATE TABLE "git_histories" (
	"project_id" text PRIMARY KEY NOT NULL,
	"head" text,
	"state" text NOT NULL,
	"reason" text,
	"shallow" boolean NOT NULL,
	"indexed_paths" integer DEFAULT 0 NOT NULL,
	"dirty_paths" integer DEFAULT 0 NOT NULL,
	"checked_at" timestamp (3) with time zone NOT NULL,
	"history" jsonb
);
--> statement-breakpoint
CREATE TABLE "issues" (
	"id" text PRIMARY KEY NOT NULL,
	"project_id" text NOT NULL,
	"file_path" text NOT NULL,
	"code" text NOT NULL,
	"severity" text NOT NULL,
	"message" text NOT NULL,
	"line" integer,
	"column" integer,
	"offset" bigint,
	"first_seen_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"resolved_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "operation_issues" (
	"operation_id" text NOT NULL,
	"issue_id" text NOT NULL,
	CONSTRAINT "operation_issues_operation_id_issue_id_pk" PRIMARY KEY("operation_id","issue_id")
);
--> statement-breakpoint
CREATE TABLE "journal" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"project_id" text,
	"operation_id" text,
	"topic" text[] NOT NULL,
	"data" jsonb NOT NULL,
	"traceparent" text
);
--> statement-breakpoint
CREATE TABLE "journal_state" (
	"id" smallint PRIMARY KEY NOT NULL,
	"epoch" text NOT NULL,
	"head" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "leases" (
	"name" text PRIMARY KEY NOT NULL,
	"token" text NOT NULL,
	"owner" text NOT NULL,
	"operation_id" text,
	"expires_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "operation_phases" (
	"operation_id" text NOT NULL,
	"position" integer NOT NULL,
	"name" text NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"duration_ms" integer NOT NULL,
	"progress" jsonb NOT NULL,
	"counters" jsonb NOT NULL,
	CONSTRAINT "operation_phases_operation_id_position_pk" PRIMARY KEY("operation_id","position")
);
--> statement-breakpoint
CREATE TABLE "operations" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"lane" text NOT NULL,
	"project_id" text,
	"project_slug" text,
	"trigger" text NOT NULL,
	"actor" jsonb NOT NULL,
	"status" text NOT NULL,
	"phase" text NOT NULL,
	"message" text NOT NULL,
	"progress" jsonb NOT NULL,
	"counters" jsonb NOT NULL,
	"stats" jsonb NOT NULL,
	"metadata" jsonb NOT NULL,
	"options" jsonb NOT NULL,
	"queued_at" timestamp (3) with time zone NOT NULL,
	"started_at" timestamp (3) with time zone,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone,
	"duration_ms" integer DEFAULT 0 NOT NULL,
	"error" text,
	"error_code" text,
	"attempt" integer DEFAULT 1 NOT NULL,
	"retry_of" text,
	"coalesced_into" text,
	"cancel_requested_at" timestamp (3) with time zone,
	"not_before" timestamp (3) with time zone,
	"eta_ms" integer,
	"issues" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "projects" (
	"id" text PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"source_type" text NOT NULL,
	"sdlc_path" text,
	"repo_url" text,
	"repo_branch" text NOT NULL,
	"repo_path" text NOT NULL,
	"masked_token" text,
	"token_cipher" text,
	"connection_id" integer,
	"auto_sync" boolean NOT NULL,
	"watch" boolean NOT NULL,
	"active" boolean NOT NULL,
	"explicit_paths" jsonb NOT NULL,
	"paths" jsonb NOT NULL,
	"health" jsonb NOT NULL,
	"schema_version" text,
	"profile" text,
	"derived_with" text,
	"index_version" bigint DEFAULT 0 NOT NULL,
	"sync_status" text NOT NULL,
	"sync_error" text,
	"sync_counts" jsonb,
	"last_operation_id" text,
	"last_synced_at" timestamp (3) with time zone,
	"last_synced_commit_sha" text,
	"document_count" integer DEFAULT 0 NOT NULL,
	"issue_count" integer DEFAULT 0 NOT NULL,
	"lease_token" text,
	"lease_owner" text,
	"lease_expires_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "documents" ADD CONSTRAINT "documents_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "former_documents" ADD CONSTRAINT "former_documents_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "file_stamps" ADD CONSTRAINT "file_stamps_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "git_histories" ADD CONSTRAINT "git_histories_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "issues" ADD CONSTRAINT "issues_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operation_issues" ADD CONSTRAINT "operation_issues_issue_id_issues_id_fk" FOREIGN KEY ("issue_id") REFERENCES "public"."issues"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operation_phases" ADD CONSTRAINT "operation_phases_operation_id_operations_id_fk" FOREIGN KEY ("operation_id") REFERENCES "public"."operations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "documents_path" ON "documents" USING btree ("project_id","file_path");--> statement-breakpoint
CREATE INDEX "documents_stem" ON "documents" USING btree ("project_id","type","doc_id");--> statement-breakpoint
CREATE INDEX "documents_ref" ON "documents" USING btree ("project_id","ref_id");--> statement-breakpoint
CREATE INDEX "documents_epic" ON "documents" USING btree ("project_id","epic");--> statement-breakpoint
CREATE INDEX "documents_story" ON "documents" USING btree ("project_id","story");--> statement-breakpoint
CREATE INDEX "documents_updated" ON "documents" USING btree ("project_id","updated_at");--> statement-breakpoint
CREATE INDEX "former_documents_path" ON "former_documents" USING btree ("project_id","file_path");--> statement-breakpoint
CREATE INDEX "issues_path" ON "issues" USING btree ("project_id","file_path");--> statement-breakpoint
CREATE INDEX "issues_open" ON "issues" USING btree ("project_id","resolved_at");--> statement-breakpoint
CREATE INDEX "journal_operation" ON "journal" USING btree ("operation_id","seq");--> statement-breakpoint
CREATE INDEX "journal_at" ON "journal" USING btree ("at");--> statement-breakpoint
CREATE INDEX "operations_lane" ON "operations" USING btree ("lane","status","id");--> statement-breakpoint
CREATE INDEX "operations_project" ON "operations" USING btree ("project_id","id");--> statement-breakpoint
CREATE INDEX "operations_status" ON "operations" USING btree ("status","id");--> statement-breakpoint
CREATE UNIQUE INDEX "projects_slug" ON "projects" USING btree ("slug");--> statement-breakpoint
CREATE UNIQUE INDEX "projects_one_active" ON "projects" USING btree ("active") WHERE "projects"."active";--> statement-breakpoint
CREATE INDEX "projects_created" ON "projects" USING btree ("created_at","id");--> statement-breakpoint
-- Bodies are written once and read rarely: lz4 where the server has it, otherwise no compression (pglz halves the rate of a first sync).
DO $$ BEGIN
  ALTER TABLE "documents" ALTER COLUMN "body" SET COMPRESSION lz4;
EXCEPTION WHEN OTHERS THEN
  ALTER TABLE "documents" ALTER COLUMN "body" SET STORAGE EXTERNAL;
END $$;
