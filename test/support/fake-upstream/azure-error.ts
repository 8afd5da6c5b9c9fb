/** What Azure DevOps answers when it refuses: the error body of AZ18, with the codes of its table. */
import type { Reply } from './call.ts';

export interface RuleError {
  readonly fieldReferenceName: string;
  readonly fieldStatusFlags: string;
  readonly errorMessage: string;
  readonly fieldStatusCode: number;
}

export class AzureError extends Error {
  readonly status: number;
  readonly typeKey: string;
  readonly customProperties: Readonly<Record<string, unknown>>;

  constructor(status: number, typeKey: string, message: string, customProperties = {}) {
    super(message);
    this.status = status;
    this.typeKey = typeKey;
    this.customProperties = customProperties;
  }
}

export function toErrorReply({ status, typeKey, message, customProperties }: AzureError): Reply {
  return {
    status,
    body: {
      $id: '1',
      customProperties,
      innerException: null,
      message,
      typeName: `Microsoft.TeamFoundation.WorkItemTracking.Server.${typeKey}, Microsoft.TeamFoundation.WorkItemTracking.Server`,
      typeKey,
      errorCode: 0,
      eventId: 3200,
    },
  };
}

export const unknownField = (field: string) =>
  new AzureError(
    400,
    'WorkItemTrackingFieldDefinitionNotFoundException',
    `TF51535: Cannot find field ${field}.`,
  );

export const unknownType = (type: string) =>
  new AzureError(
    404,
    'WorkItemTypeNotFoundException',
    `VS402323: Work item type ${type} does not exist in project.`,
  );

export const missingItem = (id: number) =>
  new AzureError(
    404,
    'WorkItemUnauthorizedAccessException',
    `TF401232: Work item ${id} does not exist, or you do not have permissions to read it.`,
  );

export const badTree = (id: number, field: string) =>
  new AzureError(
    400,
    'WorkItemInvalidTreeNameException',
    `TF401347: Invalid tree name given for work item ${id}, field '${field}'.`,
  );

export const ruleViolation = (errors: readonly RuleError[]) =>
  new AzureError(400, 'RuleValidationException', `TF401320: ${errors[0]?.errorMessage ?? 'Rule Error.'}`, {
    RuleValidationErrors: errors,
  });

export const titleTooLong = (length: number) =>
  new AzureError(
    400,
    'WorkItemFieldInvalidException',
    `TF401324: The value of field 'Title' has ${length} characters; at most 255 are allowed.`,
  );

export const fieldTwice = (field: string) =>
  new AzureError(
    400,
    'VssPropertyValidationException',
    `VS403691: Update to work item field '${field}' is specified more than once.`,
  );

export const staleRev = (status: 409 | 412, id: number) =>
  new AzureError(
    status,
    status === 409 ? 'WorkItemRevisionMismatchException' : 'TestPatchOperationFailed',
    `TF26071: Work item ${id} has been changed by someone else since you opened it.`,
  );

export const tooManyIds = (count: number) =>
  new AzureError(
    400,
    'VssPropertyValidationException',
    `VS403474: You requested ${count} work items, at most 200 can be read at once.`,
  );

export const badArgument = (message: string) =>
  new AzureError(400, 'VssPropertyValidationException', message);

export const badQuery = (message: string) => new AzureError(400, 'WorkItemTrackingQueryException', message);

export const missingProject = (name: string) =>
  new AzureError(
    404,
    'ProjectDoesNotExistWithNameException',
    `TF200016: The following project does not exist: ${name}. Verify that the name of the project is correct and that the project exists.`,
  );

export const throttled = () =>
  new AzureError(
    429,
    'RequestBlockedException',
    'TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource.',
  );

export const badToken = () =>
  new AzureError(
    401,
    'UnauthorizedRequestException',
    'TF400813: The user is not authorized to access this resource.',
  );

export const forbidden = () =>
  new AzureError(403, 'AccessDeniedException', 'TF401027: You need the permission to perform this action.');
