/** The fields of the fake organisation: reference name, display name and kind of value. */

export type FieldKind =
  | 'string'
  | 'plainText'
  | 'html'
  | 'integer'
  | 'double'
  | 'boolean'
  | 'dateTime'
  | 'identity'
  | 'treePath'
  | 'history';

export interface FieldDefinition {
  readonly referenceName: string;
  readonly name: string;
  readonly kind: FieldKind;
  /** Set by the service alone. */
  readonly readOnly: boolean;
}

const writable: readonly (readonly [string, string, FieldKind])[] = [
  ['System.Title', 'Title', 'string'],
  ['System.Description', 'Description', 'html'],
  ['System.State', 'State', 'string'],
  ['System.Reason', 'Reason', 'string'],
  ['System.Tags', 'Tags', 'plainText'],
  ['System.AreaPath', 'Area Path', 'treePath'],
  ['System.IterationPath', 'Iteration Path', 'treePath'],
  ['System.AssignedTo', 'Assigned To', 'identity'],
  ['System.History', 'History', 'history'],
  ['Microsoft.VSTS.Common.AcceptanceCriteria', 'Acceptance Criteria', 'html'],
  ['Microsoft.VSTS.Common.Priority', 'Priority', 'integer'],
  ['Microsoft.VSTS.Common.Risk', 'Risk', 'string'],
  ['Microsoft.VSTS.Common.ValueArea', 'Value Area', 'string'],
  ['Microsoft.VSTS.Common.BusinessValue', 'Business Value', 'integer'],
  ['Microsoft.VSTS.Common.TimeCriticality', 'Time Criticality', 'double'],
  ['Microsoft.VSTS.Common.StackRank', 'Stack Rank', 'double'],
  ['Microsoft.VSTS.Common.BacklogPriority', 'Backlog Priority', 'double'],
  ['Microsoft.VSTS.Common.Severity', 'Severity', 'string'],
  ['Microsoft.VSTS.Common.Activity', 'Activity', 'string'],
  ['Microsoft.VSTS.CMMI.RequirementType', 'Requirement Type', 'string'],
  ['Microsoft.VSTS.Scheduling.StoryPoints', 'Story Points', 'double'],
  ['Microsoft.VSTS.Scheduling.Effort', 'Effort', 'double'],
  ['Microsoft.VSTS.Scheduling.Size', 'Size', 'double'],
  ['Microsoft.VSTS.Scheduling.OriginalEstimate', 'Original Estimate', 'double'],
  ['Microsoft.VSTS.Scheduling.RemainingWork', 'Remaining Work', 'double'],
  ['Microsoft.VSTS.Scheduling.CompletedWork', 'Completed Work', 'double'],
  ['Microsoft.VSTS.Scheduling.StartDate', 'Start Date', 'dateTime'],
  ['Microsoft.VSTS.Scheduling.TargetDate', 'Target Date', 'dateTime'],
  ['Microsoft.VSTS.TCM.ReproSteps', 'Repro Steps', 'html'],
  ['Microsoft.VSTS.TCM.Steps', 'Steps', 'html'],
  ['Custom.SourceKey', 'Source Key', 'string'],
  ['Custom.BusinessOwner', 'Business Owner', 'string'],
  ['Custom.TShirt', 'T-Shirt Size', 'string'],
];

const readOnly: readonly (readonly [string, string, FieldKind])[] = [
  ['System.Id', 'ID', 'integer'],
  ['System.Rev', 'Rev', 'integer'],
  ['System.TeamProject', 'Team Project', 'string'],
  ['System.WorkItemType', 'Work Item Type', 'string'],
  ['System.CreatedDate', 'Created Date', 'dateTime'],
  ['System.CreatedBy', 'Created By', 'identity'],
  ['System.ChangedDate', 'Changed Date', 'dateTime'],
  ['System.ChangedBy', 'Changed By', 'identity'],
  ['System.CommentCount', 'Comment Count', 'integer'],
  ['System.Parent', 'Parent', 'integer'],
];

const define =
  (isReadOnly: boolean) =>
  ([referenceName, name, kind]: readonly [string, string, FieldKind]): FieldDefinition => ({
    referenceName,
    name,
    kind,
    readOnly: isReadOnly,
  });

export const fieldDefinitions: readonly FieldDefinition[] = [
  ...readOnly.map(define(true)),
  ...writable.map(define(false)),
];

/** By reference name and by display name, in lower case: WIQL and patches take both. */
const byName = new Map(
  fieldDefinitions.flatMap((field) => [
    [field.referenceName.toLowerCase(), field] as const,
    [field.name.toLowerCase(), field] as const,
  ]),
);

export const findField = (name: string): FieldDefinition | undefined => byName.get(name.toLowerCase());

/** Fields every type has. */
export const commonFields: readonly string[] = fieldDefinitions
  .map(({ referenceName }) => referenceName)
  .filter((name) => name.startsWith('System.'));
