package io.duckherder.plan.cut;

import io.duckherder.plan.cut.Query.Select;
import io.duckherder.plan.cut.Query.SetOperation;
import io.duckherder.plan.cut.Relation.Cte;
import io.duckherder.plan.cut.Relation.CteScan;
import io.duckherder.plan.cut.Relation.Derived;
import io.duckherder.plan.cut.Relation.Join;
import io.duckherder.plan.cut.Relation.Named;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Visits the parts of a query. */
final class Walk {
  private Walk() {}

  /** Every relation of a query, those of its common table expressions included, each once. */
  static void relations(Query query, Consumer<Relation> visitor) {
    Set<Cte> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    relations(query, visitor, seen);
  }

  private static void relations(Query query, Consumer<Relation> visitor, Set<Cte> seen) {
    for (Cte cte : query.ctes) {
      if (seen.add(cte)) {
        relations(cte.body, visitor, seen);
      }
    }
    if (query instanceof Select select) {
      relations(select.from, visitor, seen);
    } else if (query instanceof SetOperation operation) {
      operation.children.forEach(child -> relations(child, visitor, seen));
    } else if (query instanceof Query.Opaque opaque) {
      opaque.reads.forEach(visitor);
    }
  }

  private static void relations(Relation relation, Consumer<Relation> visitor, Set<Cte> seen) {
    visitor.accept(relation);
    if (relation instanceof Join join) {
      relations(join.left, visitor, seen);
      relations(join.right, visitor, seen);
    } else if (relation instanceof Derived derived) {
      relations(derived.query, visitor, seen);
    } else if (relation instanceof CteScan scan && seen.add(scan.cte)) {
      relations(scan.cte.body, visitor, seen);
    }
  }

  /** The tables and uses of common table expressions in a query itself, not in those. */
  static List<Named> leaves(Query query) {
    return leaves(query, inner -> true);
  }

  /** The same, without those of the queries inside that are not wanted. */
  static List<Named> leaves(Query query, Predicate<Query> wanted) {
    List<Named> leaves = new ArrayList<>();
    leaves(query, wanted, leaves);
    return leaves;
  }

  private static void leaves(Query query, Predicate<Query> wanted, List<Named> into) {
    if (!wanted.test(query)) {
      return;
    }
    if (query instanceof Select select) {
      leaves(select.from, wanted, into);
    } else if (query instanceof SetOperation operation) {
      operation.children.forEach(child -> leaves(child, wanted, into));
    } else if (query instanceof Query.Opaque opaque) {
      opaque.reads.forEach(read -> into.add((Named) read));
    }
  }

  private static void leaves(Relation relation, Predicate<Query> wanted, List<Named> into) {
    if (relation instanceof Join join) {
      leaves(join.left, wanted, into);
      leaves(join.right, wanted, into);
    } else if (relation instanceof Derived derived) {
      leaves(derived.query, wanted, into);
    } else if (relation instanceof Relation.Scan || relation instanceof CteScan) {
      into.add((Named) relation);
    }
  }

  /** The common table expressions that a query, or one inside it, defines. */
  static List<Cte> ctes(Query query) {
    return queries(query).stream().flatMap(inner -> inner.ctes.stream()).toList();
  }

  /** The queries inside a query, itself first, without its common table expressions. */
  static List<Query> queries(Query query) {
    List<Query> queries = new ArrayList<>();
    queries(query, queries);
    return queries;
  }

  private static void queries(Query query, List<Query> into) {
    into.add(query);
    if (query instanceof Select select) {
      queries(select.from, into);
    } else if (query instanceof SetOperation operation) {
      operation.children.forEach(child -> queries(child, into));
    }
  }

  private static void queries(Relation relation, List<Query> into) {
    if (relation instanceof Join join) {
      queries(join.left, into);
      queries(join.right, into);
    } else if (relation instanceof Derived derived) {
      queries(derived.query, into);
    }
  }
}
