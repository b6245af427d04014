package io.duckherder.snapshot;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * One immutable state of one database: a file that somebody else may change, by what tells it from
 * its later states, or a sealed snapshot of a database that the cluster writes.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({@JsonSubTypes.Type(FileIdentity.class), @JsonSubTypes.Type(SealedVersion.class)})
public sealed interface DatabaseVersion permits FileIdentity, SealedVersion {}
