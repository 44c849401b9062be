//! The rules for everything around the schemas: operations, parameters, bodies, responses, servers.

use super::generator::Effect;
use super::level::Level;
use super::rules::{Rule, rules};

rules! {
    OPERATION_REMOVED "operation-removed" Breaking rust Breaking
        "The operation is gone; calls to it fail.";
    OPERATION_ADDED "operation-added" Additive rust Additive
        "There is a new operation.";
    OPERATION_MOVED "operation-moved" Breaking rust FunctionName
        "The operation is at another path or method and says the same; calls to the old one fail.";
    PATH_PARAMETER_RENAMED "path-parameter-renamed" Cosmetic rust ArgumentName
        "A placeholder in the path has another name: the same requests, a renamed argument.";
    PATH_PARAMETERS_SWAPPED "path-parameters-swapped" Breaking rust Breaking
        "Placeholders of the path changed places; clients send each value as another one.";
    OPERATION_ID_CHANGED "operation-id-changed" Cosmetic rust FunctionName
        "The operation has another name; generated methods that derive from it are renamed.";
    OPERATION_TAGS_CHANGED "operation-tags-changed" Cosmetic rust None
        "The operation is filed under other headings of the documentation.";
    OPERATION_DEPRECATED "operation-deprecated" Additive rust None
        "Use of the operation is discouraged; it may go in a later version.";
    OPERATION_UNDEPRECATED "operation-undeprecated" Cosmetic rust None
        "The deprecation of the operation is withdrawn.";
    SUNSET_MOVED_EARLIER "operation-sunset-moved-earlier" Review rust None
        "The operation is announced to end, or to end sooner than before.";
    SUNSET_MOVED_LATER "operation-sunset-moved-later" Cosmetic rust None
        "The operation is announced to end later than before, or not at all.";

    SECURITY_REQUIREMENT_ADDED "security-requirement-added" Breaking rust Review
        "The server asks for credentials it did not ask for.";
    SECURITY_SCOPE_ADDED "security-scope-added" Breaking rust Review
        "The server asks for a scope that credentials may lack.";
    SECURITY_ALTERNATIVE_REMOVED "security-alternative-removed" Breaking rust Review
        "The server no longer accepts one of several kinds of credentials.";
    SECURITY_REQUIREMENT_REMOVED "security-requirement-removed" Additive rust None
        "The server asks for fewer credentials.";
    SECURITY_ALTERNATIVE_ADDED "security-alternative-added" Additive rust None
        "The server accepts one more kind of credentials.";
    SECURITY_SCHEME_ADDED "security-scheme-added" Additive rust None
        "The document describes one more kind of credentials.";
    SECURITY_SCHEME_REMOVED "security-scheme-removed" Breaking rust Review
        "The document no longer describes a kind of credentials.";
    SECURITY_SCHEME_CHANGED "security-scheme-changed" Breaking rust Review
        "Credentials are sent in another way.";

    SERVER_URL_CHANGED "server-url-changed" Breaking rust Review
        "The API has moved to another base URL.";
    SERVER_ADDED "server-added" Additive rust Review
        "The API is available under one more base URL.";
    SERVER_REMOVED "server-removed" Review rust Review
        "A base URL is removed from the list.";
    SERVERS_REORDERED "servers-reordered" Review rust Review
        "Another base URL is listed first, which clients take as the default.";

    OPENAPI_VERSION_CHANGED "openapi-version-changed" Cosmetic rust None
        "The document is written in another version of OpenAPI 3.";
    OPENAPI_VERSION_UNKNOWN "openapi-version-unknown" Review rust Review
        "The document is written in another version of OpenAPI than 3; tools may read it differently.";
    INFO_VERSION_CHANGED "info-version-changed" Cosmetic rust None
        "The API calls itself another version.";
    INFO_CHANGED "info-changed" Cosmetic rust None
        "The API describes itself in other words.";
    DOCUMENT_TAG_CHANGED "document-tag-changed" Cosmetic rust None
        "A heading of the documentation changed.";
    TITLE_CHANGED "title-changed" Cosmetic rust Breaking
        "A schema has another title; a generated type that is named after it is renamed.";
    TYPE_NAME_CHANGED "type-name-changed" Cosmetic rust Breaking
        "The component has another name; the generated type that is named after it is renamed.";
    DEFINITIONS_CHANGED "definitions-changed" Cosmetic rust Review
        "Definitions inside of a schema changed; they are compared where they are used.";
    SUMMARY_CHANGED "summary-changed" Cosmetic rust None
        "A summary changed.";
    DESCRIPTION_CHANGED "description-changed" Cosmetic rust None
        "A description changed.";
    EXAMPLE_CHANGED "example-changed" Cosmetic rust None
        "An example changed.";
    EXTERNAL_DOCS_CHANGED "external-docs-changed" Cosmetic rust None
        "A link to other documentation changed.";
    COMMENT_CHANGED "comment-changed" Cosmetic rust None
        "A comment in the document changed.";
    EXTENSION_CHANGED "extension-changed" Cosmetic rust None
        "A vendor extension changed; clients do not read it.";
    UNUSED_COMPONENT_CHANGED "unused-component-changed" Cosmetic rust Review
        "A component that no operation uses changed; a generator may still make a type of it.";
    UNUSED_SUBTYPE_CHANGED "unused-subtype-changed" Review rust Review
        "A component that may be a kind of another one changed; no operation names it.";

    PARAMETER_ADDED_REQUIRED "request-parameter-added-required" Breaking rust Breaking
        "The server refuses requests without the new parameter.";
    PARAMETER_ADDED_OPTIONAL "request-parameter-added-optional" Additive rust Argument
        "The operation takes one more parameter.";
    PARAMETER_BECAME_REQUIRED "request-parameter-became-required" Breaking rust Breaking
        "The server refuses requests without the parameter.";
    PARAMETER_BECAME_OPTIONAL "request-parameter-became-optional" Additive rust Argument
        "The parameter may be left out.";
    PARAMETER_REMOVED "request-parameter-removed" Breaking rust Breaking
        "The server ignores or refuses the parameter; a filter no longer filters.";
    HEADER_PARAMETER_REMOVED "request-header-or-cookie-removed" Review rust Breaking
        "The server no longer reads a header or cookie that clients may send.";
    PARAMETER_RENAMED "request-parameter-renamed" Breaking rust ArgumentName
        "The server reads the parameter under another name.";
    PARAMETER_LOCATION_CHANGED "request-parameter-location-changed" Breaking rust None
        "The server reads the parameter from another part of the request.";

    REQUEST_BODY_ADDED_REQUIRED "request-body-added-required" Breaking rust Breaking
        "The server refuses requests without a body.";
    REQUEST_BODY_ADDED_OPTIONAL "request-body-added-optional" Additive rust Argument
        "The server accepts a body.";
    REQUEST_BODY_REMOVED "request-body-removed" Breaking rust Breaking
        "The server no longer reads a body.";
    REQUEST_BODY_BECAME_REQUIRED "request-body-became-required" Breaking rust Breaking
        "The server refuses requests without a body.";
    REQUEST_BODY_BECAME_OPTIONAL "request-body-became-optional" Additive rust Argument
        "The body may be left out.";
    RESPONSE_BODY_ADDED "response-body-added" Additive rust Breaking
        "The document describes a body where there was none.";
    RESPONSE_BODY_REMOVED "response-body-removed" Breaking rust Breaking
        "The server answers without the body that clients read.";

    SUCCESS_STATUS_ADDED "response-success-status-added" Review rust Review
        "The server may report success with another status.";
    SUCCESS_STATUS_REMOVED "response-success-status-removed" Breaking rust Breaking
        "The server no longer reports success with a status that clients expect.";
    SUCCESS_STATUS_REPLACED "response-success-status-replaced" Breaking rust Breaking
        "The server reports success with another status than clients expect.";
    OTHER_STATUS_ADDED "response-other-status-added" Additive rust Review
        "The document names one more status that is not a success.";
    OTHER_STATUS_REMOVED "response-other-status-removed" Additive rust Review
        "The document no longer names a status that is not a success.";
    CATCH_ALL_ADDED "response-catch-all-added" Additive rust Review
        "The document describes all statuses it does not name.";
    CATCH_ALL_REMOVED "response-catch-all-removed" Review rust Review
        "The document no longer describes the statuses it does not name.";
    RESPONSE_HEADER_ADDED "response-header-added" Additive rust None
        "The server sends one more header.";
    RESPONSE_HEADER_REMOVED_REQUIRED "response-required-header-removed" Breaking rust None
        "The server no longer sends a header that clients rely on.";
    RESPONSE_HEADER_REMOVED_OPTIONAL "response-optional-header-removed" Review rust None
        "The server no longer sends a header it sometimes sent.";
    RESPONSE_HEADER_BECAME_OPTIONAL "response-header-became-optional" Breaking rust None
        "The server may leave out a header that clients rely on.";
    RESPONSE_HEADER_BECAME_REQUIRED "response-header-became-required" Additive rust None
        "The server always sends the header.";

    REQUEST_PROPERTY_REMOVED_CLOSED
        "request-property-removed-from-closed-object" Breaking rust Breaking
        "The server refuses requests that still have the field.";
    REQUEST_PROPERTY_REMOVED "request-property-removed" Review rust Breaking
        "The server ignores the field, which a client may rely on.";
    RESPONSE_PROPERTY_REMOVED_REQUIRED "response-required-property-removed" Breaking rust Breaking
        "The server no longer sends a field that clients rely on.";
    RESPONSE_PROPERTY_REMOVED_OPTIONAL "response-optional-property-removed" Review rust Breaking
        "The server no longer sends a field it sometimes sent.";
    RESPONSE_PROPERTY_ADDED_CLOSED "response-property-added-to-closed-object" Breaking rust Breaking
        "The server sends a field that a client of the closed object refuses.";

    UNCLASSIFIED_DOCUMENT "unclassified-document-member" Breaking rust Review
        "No rule covers this part of the document; look at it by hand.";
    UNCLASSIFIED_INFO "unclassified-info-member" Breaking rust Review
        "No rule covers this part of the description of the API; look at it by hand.";
    UNCLASSIFIED_SERVER "unclassified-server-member" Breaking rust Review
        "No rule covers this part of a server; look at it by hand.";
    UNCLASSIFIED_TAG "unclassified-tag-member" Breaking rust Review
        "No rule covers this part of a tag; look at it by hand.";
    UNCLASSIFIED_COMPONENT "unclassified-component" Breaking rust Review
        "No rule covers this part of the components; look at it by hand.";
    UNCLASSIFIED_SECURITY "unclassified-security" Breaking rust Review
        "No rule covers this security requirement or scheme; look at it by hand.";
    UNCLASSIFIED_PATH "unclassified-path-member" Breaking rust Review
        "No rule covers this part of a path; look at it by hand.";
    UNCLASSIFIED_OPERATION "unclassified-operation-member" Breaking rust Review
        "No rule covers this part of an operation; look at it by hand.";
    UNCLASSIFIED_PARAMETER "unclassified-parameter-member" Breaking rust Review
        "No rule covers this part of a parameter or header; look at it by hand.";
    UNCLASSIFIED_BODY "unclassified-body-member" Breaking rust Review
        "No rule covers this part of a body; look at it by hand.";
    UNCLASSIFIED_RESPONSE "unclassified-response-member" Breaking rust Review
        "No rule covers this part of a response; look at it by hand.";
    UNCLASSIFIED_SCHEMA "unclassified-schema-keyword" Breaking rust Review
        "No rule covers this keyword of a schema; look at it by hand.";
}
