//! The rules for what a schema says about a value, wherever the schema stands.

use super::generator::Effect;
use super::level::Level;
use super::rules::{Direction, Place, Rule, variant_rules};

variant_rules! { ValueRule by Place
    BecameNullable "became-nullable" rust Breaking
        request Additive "The server also accepts null here."
        response Breaking "The server may send null where clients rely on a value.";
    BecameNonNull "became-non-null" rust Breaking
        request Breaking "The server refuses a null it used to accept."
        response Additive "The server no longer sends null here.";

    TypeWidened "type-widened" rust Breaking
        request Additive "The server also accepts values of another type here."
        response Breaking "The server may send values of a type that clients do not expect.";
    TypeNarrowed "type-narrowed" rust Breaking
        request Breaking "The server refuses types of values it used to accept."
        response Additive "The server sends fewer types of values than before.";
    TypeReplaced "type-replaced" rust Breaking
        request Breaking "The server expects values of another type."
        response Breaking "The server sends values of another type.";

    FormatAdded "format-added" rust None
        request Breaking "The server may refuse values that do not have the format."
        response Additive "The server promises a format for the values it sends.";
    FormatRemoved "format-removed" rust None
        request Additive "The server accepts values of any format."
        response Breaking "The server no longer promises the format that clients parse.";
    FormatWidened "format-widened" rust None
        request Additive "The server accepts a greater range of values."
        response Breaking "The server may send values outside of the range clients can hold.";
    FormatNarrowed "format-narrowed" rust None
        request Breaking "The server accepts only a smaller range of values."
        response Additive "The server sends a smaller range of values.";
    FormatChanged "format-changed" rust None
        request Breaking "The server expects another format."
        response Breaking "The server sends another format than clients parse.";

    EnumValueAdded "enum-value-added" rust Variant
        request Additive "The server accepts one more value."
        response Additive "The server may send one more value.";
    EnumValueRemoved "enum-value-removed" rust Breaking
        request Breaking "The server refuses a value it used to accept."
        response Additive "The server no longer sends a value.";
    EnumIntroduced "enum-introduced" rust Breaking
        request Breaking "The server refuses values that are not on a new list."
        response Additive "The server promises to send only values of a list.";
    EnumDropped "enum-dropped" rust Breaking
        request Additive "The server accepts any value, not only those of a list."
        response Breaking "The server may send any value, not only those of a list.";

    ConstChanged "const-changed" rust Breaking
        request Breaking "The server accepts another single value than before."
        response Breaking "The server sends another single value than clients expect.";

    UpperBoundLowered "upper-bound-lowered" rust None
        request Breaking "The server refuses long or large values it used to accept."
        response Additive "The server sends nothing beyond a smaller limit.";
    UpperBoundRaised "upper-bound-raised" rust None
        request Additive "The server accepts longer or larger values."
        response Breaking "The server may send longer or larger values than clients expect.";
    UpperBoundSet "upper-bound-set" rust Breaking
        request Breaking "The server refuses values beyond a new upper limit."
        response Additive "The server promises an upper limit.";
    UpperBoundRemoved "upper-bound-removed" rust Breaking
        request Additive "The server no longer has an upper limit."
        response Breaking "The server no longer promises the upper limit clients rely on.";
    LowerBoundRaised "lower-bound-raised" rust None
        request Breaking "The server refuses short or small values it used to accept."
        response Additive "The server sends nothing below a greater limit.";
    LowerBoundLowered "lower-bound-lowered" rust None
        request Additive "The server accepts shorter or smaller values."
        response Breaking "The server may send shorter or smaller values than clients expect.";
    LowerBoundSet "lower-bound-set" rust Breaking
        request Breaking "The server refuses values below a new lower limit."
        response Additive "The server promises a lower limit.";
    LowerBoundRemoved "lower-bound-removed" rust Breaking
        request Additive "The server no longer has a lower limit."
        response Breaking "The server no longer promises the lower limit clients rely on.";
    BoundBecameExclusive "bound-became-exclusive" rust None
        request Breaking "The server refuses the limit itself, which it used to accept."
        response Additive "The server no longer sends the limit itself.";
    BoundBecameInclusive "bound-became-inclusive" rust None
        request Additive "The server also accepts the limit itself."
        response Breaking "The server may send the limit itself, which clients do not expect.";

    PatternAdded "pattern-added" rust Breaking
        request Breaking "The server refuses values that do not match a new pattern."
        response Additive "The server promises that values match a pattern.";
    PatternChanged "pattern-changed" rust Breaking
        request Review "The server checks values against another pattern."
        response Review "The server sends values that match another pattern.";
    PatternRemoved "pattern-removed" rust Breaking
        request Additive "The server no longer checks values against a pattern."
        response Breaking "The server no longer promises the pattern clients rely on.";
    MultipleOfAdded "multiple-of-added" rust None
        request Breaking "The server refuses numbers that are no multiple of a new step."
        response Additive "The server promises multiples of a step.";
    MultipleOfChanged "multiple-of-changed" rust None
        request Review "The server checks numbers against another step."
        response Review "The server sends multiples of another step.";
    MultipleOfRemoved "multiple-of-removed" rust None
        request Additive "The server no longer checks numbers against a step."
        response Breaking "The server no longer promises the step clients rely on.";
    UniqueItemsSet "unique-items-set" rust Breaking
        request Breaking "The server refuses repeated items."
        response Additive "The server promises not to repeat items.";
    UniqueItemsUnset "unique-items-unset" rust Breaking
        request Additive "The server accepts repeated items."
        response Breaking "The server may repeat items, which clients do not expect.";

    AdditionalPropertiesClosed "additional-properties-closed" rust Review
        request Breaking "The server refuses fields it does not know."
        response Additive "The server promises to send no other fields.";
    AdditionalPropertiesOpened "additional-properties-opened" rust Review
        request Additive "The server accepts fields it does not know."
        response Review "The server may send other fields, which a strict client refuses.";
    AdditionalPropertiesExplicit "additional-properties-explicit" rust Review
        request Cosmetic "The document now says that other fields are allowed, as they were."
        response Cosmetic "The document now says that other fields are allowed, as they were.";
    ObjectGainedProperties "object-gained-properties" rust Breaking
        request Additive "The document now names the fields of an object it left open."
        response Additive "The document now names the fields of an object it left open.";
    ObjectGainedRequiredProperties "object-gained-required-properties" rust Breaking
        request Breaking "The server requires fields in an object that could be empty."
        response Additive "The server promises fields in an object that could be empty.";

    UnionIntroduced "union-introduced" rust Breaking
        request Breaking "The server accepts only values that match one of several schemas."
        response Additive "The server promises values that match one of several schemas.";
    UnionDropped "union-dropped" rust Breaking
        request Additive "The server accepts values that match none of the former schemas."
        response Breaking "The server may send values that match none of the former schemas.";
    UnionBranchAdded "union-branch-added" rust Breaking
        request Additive "The server accepts one more kind of value."
        response Breaking "The server may send a kind of value that clients do not know.";
    UnionBranchRemoved "union-branch-removed" rust Breaking
        request Breaking "The server refuses a kind of value it used to accept."
        response Additive "The server no longer sends a kind of value.";
    UnionKeywordChanged "union-keyword-changed" rust Review
        request Review "Values that match several of the schemas are judged in another way."
        response Review "Values that match several of the schemas are judged in another way.";
    BranchesReordered "branches-reordered" rust Review
        request Cosmetic "The schemas stand in another order, in which generated enums may try them."
        response Cosmetic "The schemas stand in another order, in which generated enums may try them.";
    DiscriminatorChanged "discriminator-changed" rust Breaking
        request Breaking "The server tells the kinds of value apart in another way."
        response Breaking "Clients can no longer tell the kinds of value apart in the old way.";

    DefaultAdded "default-added" rust Review
        request Review "A value that is left out now means the given default."
        response Cosmetic "The document names a default for a value that is left out.";
    DefaultChanged "default-changed" rust Review
        request Review "A value that is left out means something else than before."
        response Cosmetic "The document names another default for a value that is left out.";
    DefaultRemoved "default-removed" rust Review
        request Review "The document no longer says what a value that is left out means."
        response Cosmetic "The document no longer names a default for a value that is left out.";
    ReadOnlySet "read-only-set" rust None
        request Additive "The server ignores the value in requests."
        response Cosmetic "The value is now marked as sent by the server only.";
    ReadOnlyUnset "read-only-unset" rust None
        request Review "The server no longer ignores the value in requests."
        response Cosmetic "The value loses its mark as sent by the server only.";
    WriteOnlySet "write-only-set" rust None
        request Cosmetic "The value is now marked as sent by the client only."
        response Breaking "The server no longer sends the value.";
    WriteOnlyUnset "write-only-unset" rust None
        request Cosmetic "The value loses its mark as sent by the client only."
        response Additive "The server also sends the value.";
    Deprecated "deprecated" rust None
        request Additive "Use of the value is discouraged; it may go in a later version."
        response Additive "Use of the value is discouraged; it may go in a later version.";
    Undeprecated "undeprecated" rust None
        request Cosmetic "The deprecation of the value is withdrawn."
        response Cosmetic "The deprecation of the value is withdrawn.";

    StyleChanged "style-changed" rust None
        request Breaking "The server reads the value from another notation."
        response Breaking "The server writes the value in another notation.";
    ContentSwitched "content-switched" rust None
        request Breaking "The server reads the value in another encoding."
        response Breaking "The server writes the value in another encoding.";
}

variant_rules! { DirectionRule by Direction
    PropertyAddedRequired "property-added-required" rust Field
        request Breaking "The server refuses requests without the new field."
        response Additive "The server sends one more field.";
    PropertyAddedOptional "property-added-optional" rust Field
        request Additive "The server accepts one more field."
        response Additive "The server may send one more field.";
    PropertyRenamed "property-renamed" rust Breaking
        request Breaking "The server reads the field under another name."
        response Breaking "The server sends the field under another name.";
    PropertyBecameRequired "property-became-required" rust Breaking
        request Breaking "The server refuses requests without the field."
        response Additive "The server always sends the field.";
    PropertyBecameOptional "property-became-optional" rust Breaking
        request Additive "The field may be left out."
        response Breaking "The server may leave the field out where clients rely on it.";

    MediaTypeAdded "media-type-added" rust Review
        request Additive "The server accepts one more media type."
        response Additive "The server can answer in one more media type.";
    MediaTypeRemoved "media-type-removed" rust Review
        request Breaking "The server no longer accepts a media type."
        response Breaking "The server no longer answers in a media type that clients read.";
    MediaTypeParameterChanged "media-type-parameter-changed" rust None
        request Cosmetic "Only a parameter of the media type, such as its charset, differs."
        response Cosmetic "Only a parameter of the media type, such as its charset, differs.";
    SchemaAppeared "body-schema-appeared" rust Breaking
        request Breaking "The document describes a body that could be anything."
        response Additive "The document describes a body it left untold; it can be typed.";
    SchemaDisappeared "body-schema-disappeared" rust Breaking
        request Additive "The document no longer says what the body must look like."
        response Review "The document no longer says what the body looks like.";
}
