/** Reference names of the fields that mapping knows by name. */

export const fieldNames = {
  title: 'System.Title',
  description: 'System.Description',
  tags: 'System.Tags',
  priority: 'Microsoft.VSTS.Common.Priority',
  acceptanceCriteria: 'Microsoft.VSTS.Common.AcceptanceCriteria',
  risk: 'Microsoft.VSTS.Common.Risk',
  /** No field of the service: whichever of `estimateFields` the type has. */
  estimate: 'estimate',
} as const;

/** Agile, CMMI, and all others (PU43). */
export const estimateFields: readonly string[] = [
  'Microsoft.VSTS.Scheduling.StoryPoints',
  'Microsoft.VSTS.Scheduling.Size',
  'Microsoft.VSTS.Scheduling.Effort',
];

/** FM5: set by the service alone, ignored or refused without a special right. */
const serviceFields: ReadonlySet<string> = new Set(
  [
    'Id',
    'Rev',
    'RevisedDate',
    'Watermark',
    'TeamProject',
    'WorkItemType',
    'CreatedBy',
    'CreatedDate',
    'ChangedBy',
    'ChangedDate',
    'AuthorizedAs',
    'AuthorizedDate',
    'AreaId',
    'IterationId',
    'NodeName',
    'Parent',
    'CommentCount',
    'RelatedLinkCount',
    'ExternalLinkCount',
    'HyperLinkCount',
    'AttachedFileCount',
    'BoardColumn',
    'BoardColumnDone',
    'BoardLane',
  ].map((name) => `system.${name.toLowerCase()}`),
);

export const isServiceField = (referenceName: string): boolean =>
  serviceFields.has(referenceName.toLowerCase());
