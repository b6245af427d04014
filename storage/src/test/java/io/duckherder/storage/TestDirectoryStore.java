package io.duckherder.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.duckherder.error.DuckherderException;
import io.duckherder.error.StandardErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TestDirectoryStore {
  @TempDir Path folder;

  @Test
  void anObjectIsThereOnceItIsCommitted() {
    try (DirectoryStore store = DirectoryStore.open(folder)) {
      try (ObjectStore.Writing writing = store.create("a")) {
        writing.write(bytes("hello "));
        writing.write(bytes("world"));
        assertThat(store.list()).isEmpty();
        writing.commit();
      }
      try (ObjectStore.Writing writing = store.create("b")) {
        writing.write(bytes("never"));
      }
      assertThat(store.list()).containsExactly("a");
      DirectorySource reader = new DirectorySource(folder);
      assertThat(reader.size("a")).isEqualTo(11);
      assertThat(read(reader, "a", 6, 5)).isEqualTo("world");
      store.delete("a");
      store.delete("a");
      assertThat(store.list()).isEmpty();
    }
  }

  @Test
  void theManifestIsReplacedAsAWhole() {
    try (DirectoryStore store = DirectoryStore.open(folder)) {
      store.replaceManifest(bytes("one"));
      store.replaceManifest(bytes("two, longer"));
      assertThat(read(store, ObjectSource.MANIFEST, 0, 11)).isEqualTo("two, longer");
      assertThat(store.list()).containsExactly(ObjectSource.MANIFEST);
    }
  }

  @Test
  void whatACrashLeftUnfinishedGoesAtTheNextOpening() {
    try (DirectoryStore store = DirectoryStore.open(folder)) {
      store.create("a").write(bytes("half"));
    }
    assertThat(folder).isDirectoryContaining("glob:**.unfinished");
    try (DirectoryStore store = DirectoryStore.open(folder)) {
      assertThat(store.list()).isEmpty();
      assertThat(folder).isDirectoryNotContaining("glob:**.unfinished");
    }
  }

  @Test
  void whatIsNotThereIsSaidSo() {
    DirectorySource source = new DirectorySource(folder);
    for (String name : new String[] {"gone", "../" + folder.getFileName(), ".", ""}) {
      assertThatThrownBy(() -> source.size(name))
          .isInstanceOfSatisfying(
              DuckherderException.class,
              e -> assertThat(e.code()).isEqualTo(StandardErrorCode.SNAPSHOT_NOT_FOUND))
          .hasMessage("No object \"" + name + "\" in snapshot store " + folder);
    }
    try (DirectoryStore store = DirectoryStore.open(folder)) {
      store.replaceManifest(bytes("one"));
      assertThatThrownBy(() -> read(store, ObjectSource.MANIFEST, 0, 4))
          .hasMessageContaining("it ends at byte 3");
    }
  }

  private static String read(ObjectSource source, String name, long offset, int length) {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    source.read(name, offset, bytes);
    return new String(bytes.array(), StandardCharsets.UTF_8);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }
}
