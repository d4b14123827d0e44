# Copyright (c) 2026, the entra.mfa contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Property names of the directory resources in Graph v1.0, which ``$select`` may name."""

from __future__ import annotations


def names(text: str) -> tuple[str, ...]:
    """The words of a text."""
    return tuple(text.split())


USER = frozenset(
    names(
        """
    id deletedDateTime aboutMe accountEnabled ageGroup assignedLicenses assignedPlans authorizationInfo birthday
    businessPhones city companyName consentProvidedForMinor country createdDateTime creationType
    customSecurityAttributes department deviceEnrollmentLimit displayName employeeHireDate employeeId
    employeeLeaveDateTime employeeOrgData employeeType externalUserState externalUserStateChangeDateTime
    faxNumber givenName hireDate identities identityParentId imAddresses interests isManagementRestricted
    isResourceAccount jobTitle lastPasswordChangeDateTime legalAgeGroupClassification licenseAssignmentStates
    mail mailboxSettings mailNickname mobilePhone mySite officeLocation onPremisesDistinguishedName
    onPremisesDomainName onPremisesExtensionAttributes onPremisesImmutableId onPremisesLastSyncDateTime
    onPremisesProvisioningErrors onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled
    onPremisesUserPrincipalName otherMails passwordPolicies passwordProfile pastProjects postalCode
    preferredDataLocation preferredLanguage preferredName print provisionedPlans proxyAddresses responsibilities
    schools securityIdentifier serviceProvisioningErrors showInAddressList signInActivity
    signInSessionsValidFromDateTime skills state streetAddress surname usageLocation userPrincipalName userType
    """
    )
)

GROUP = frozenset(
    names(
        """
    id deletedDateTime accessType allowExternalSenders assignedLabels assignedLicenses autoSubscribeNewMembers
    classification createdDateTime description displayName expirationDateTime groupTypes
    hasMembersWithLicenseErrors hideFromAddressLists hideFromOutlookClients infoCatalogs isArchived
    isAssignableToRole isFavorite isManagementRestricted isSubscribedByMail licenseProcessingState mail
    mailEnabled mailNickname membershipRule membershipRuleProcessingState onPremisesDomainName
    onPremisesExtensionAttributes onPremisesLastSyncDateTime onPremisesNetBiosName onPremisesProvisioningErrors
    onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesSyncEnabled organizationId
    preferredDataLocation preferredLanguage proxyAddresses renewedDateTime resourceBehaviorOptions
    resourceProvisioningOptions securityEnabled securityIdentifier serviceProvisioningErrors theme uniqueName
    unseenConversationsCount unseenCount unseenMessagesCount visibility welcomeMessageEnabled
    """
    )
)

APPLICATION = frozenset(
    names(
        """
    id deletedDateTime addIns api appId applicationTemplateId appRoles authenticationBehaviors certification
    createdByAppId createdDateTime defaultRedirectUri description disabledByMicrosoftStatus displayName
    groupMembershipClaims identifierUris info isDeviceOnlyAuthSupported isDisabled isFallbackPublicClient
    keyCredentials logo managerApplications nativeAuthenticationApisEnabled notes oauth2RequirePostResponse
    optionalClaims parentalControlSettings passwordCredentials publicClient publisherDomain
    requestSignatureVerification requiredResourceAccess samlMetadataUrl serviceManagementReference
    servicePrincipalLockConfiguration signInAudience spa tags tokenEncryptionKeyId uniqueName verifiedPublisher
    web
    """
    )
)

SERVICE_PRINCIPAL = frozenset(
    names(
        """
    id deletedDateTime accountEnabled addIns alternativeNames appDescription appDisplayName appId
    applicationTemplateId appOwnerOrganizationId appRoleAssignmentRequired appRoles createdByAppId
    customSecurityAttributes description disabledByMicrosoftStatus displayName homepage info isDisabled
    keyCredentials loginUrl logoutUrl notes notificationEmailAddresses oauth2PermissionScopes
    passwordCredentials preferredSingleSignOnMode preferredTokenSigningKeyThumbprint replyUrls
    resourceSpecificApplicationPermissions samlSingleSignOnSettings servicePrincipalNames servicePrincipalType
    signInAudience tags tokenEncryptionKeyId verifiedPublisher
    """
    )
)

DOMAIN = frozenset(
    names(
        """
    id authenticationType availabilityStatus isAdminManaged isDefault isInitial isRoot isVerified manufacturer
    model passwordNotificationWindowInDays passwordValidityPeriodInDays state supportedServices
    """
    )
)

ORGANIZATION = frozenset(
    names(
        """
    id deletedDateTime assignedPlans businessPhones city country countryLetterCode createdDateTime
    defaultUsageLocation displayName marketingNotificationEmails mobileDeviceManagementAuthority
    onPremisesLastSyncDateTime onPremisesSyncEnabled partnerTenantType postalCode preferredLanguage
    privacyProfile provisionedPlans securityComplianceNotificationMails securityComplianceNotificationPhones
    state street technicalNotificationMails tenantType verifiedDomains
    """
    )
)
