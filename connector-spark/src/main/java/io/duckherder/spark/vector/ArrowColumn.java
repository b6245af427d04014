package io.duckherder.spark.vector;

import org.apache.arrow.vector.ValueVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * A column of Spark's over the memory of an Arrow vector. It owns nothing: the reader does, and
 * binds the column to each batch anew. So closing does nothing, which matters because Spark closes
 * the columns of a batch after the rows of it are made, while the reader still needs them.
 *
 * <p>Addresses are raw: a getter of a fixed-width column is one load. A null slot holds no value,
 * and getters of objects give null there, as Spark's contract asks.
 */
abstract class ArrowColumn extends ColumnVector {
  /** Address of the validity bits, 0 if the batch has no null. */
  private long validity;

  private int nulls;

  ArrowColumn(DataType type) {
    super(type);
  }

  /** Reads from a vector from now on. */
  final void bind(ValueVector vector) {
    nulls = nullCount(vector);
    validity = nulls == 0 ? 0 : vector.getValidityBuffer().memoryAddress();
    attach(vector);
  }

  int nullCount(ValueVector vector) {
    return vector.getNullCount();
  }

  /** Takes the addresses of a vector, and binds the children. */
  abstract void attach(ValueVector vector);

  @Override
  public final void close() {}

  @Override
  public final void closeIfFreeable() {}

  @Override
  public boolean hasNull() {
    return nulls > 0;
  }

  @Override
  public int numNulls() {
    return nulls;
  }

  @Override
  public boolean isNullAt(int row) {
    return validity != 0 && (Platform.getByte(null, validity + (row >> 3)) & (1 << (row & 7))) == 0;
  }

  @Override
  public boolean getBoolean(int row) {
    throw unsupported("booleans");
  }

  @Override
  public byte getByte(int row) {
    throw unsupported("bytes");
  }

  @Override
  public short getShort(int row) {
    throw unsupported("shorts");
  }

  @Override
  public int getInt(int row) {
    throw unsupported("ints");
  }

  @Override
  public long getLong(int row) {
    throw unsupported("longs");
  }

  @Override
  public float getFloat(int row) {
    throw unsupported("floats");
  }

  @Override
  public double getDouble(int row) {
    throw unsupported("doubles");
  }

  @Override
  public @Nullable ColumnarArray getArray(int row) {
    throw unsupported("arrays");
  }

  @Override
  public @Nullable ColumnarMap getMap(int row) {
    throw unsupported("maps");
  }

  @Override
  public @Nullable Decimal getDecimal(int row, int precision, int scale) {
    throw unsupported("decimals");
  }

  @Override
  public @Nullable UTF8String getUTF8String(int row) {
    throw unsupported("strings");
  }

  @Override
  public byte @Nullable [] getBinary(int row) {
    throw unsupported("binary values");
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    throw unsupported("children");
  }

  private UnsupportedOperationException unsupported(String what) {
    return new UnsupportedOperationException(
        "A column of " + dataType().simpleString() + " has no " + what);
  }
}
