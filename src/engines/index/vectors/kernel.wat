;; Dot products of one vector with many. Vectors are rows of i16 whose length is a multiple of 32.
(module
  (memory (import "amelia" "memory") 1)
  (func (export "dot")
    (param $query i32) (param $bytes i32) (param $row i32) (param $count i32) (param $out i32)
    (local $end i32) (local $q i32)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $end (i32.add (local.get $query) (local.get $bytes)))
    (block $done
      (loop $rows
        (br_if $done (i32.eqz (local.get $count)))
        (local.set $a (v128.const f32x4 0 0 0 0))
        (local.set $b (v128.const f32x4 0 0 0 0))
        (local.set $c (v128.const f32x4 0 0 0 0))
        (local.set $d (v128.const f32x4 0 0 0 0))
        (local.set $q (local.get $query))
        (loop $columns
          ;; Two products fit into an i32, and more of them into a float only.
          (local.set $a (f32x4.add (local.get $a) (f32x4.convert_i32x4_s (i32x4.dot_i16x8_s
            (v128.load (local.get $q)) (v128.load (local.get $row))))))
          (local.set $b (f32x4.add (local.get $b) (f32x4.convert_i32x4_s (i32x4.dot_i16x8_s
            (v128.load offset=16 (local.get $q)) (v128.load offset=16 (local.get $row))))))
          (local.set $c (f32x4.add (local.get $c) (f32x4.convert_i32x4_s (i32x4.dot_i16x8_s
            (v128.load offset=32 (local.get $q)) (v128.load offset=32 (local.get $row))))))
          (local.set $d (f32x4.add (local.get $d) (f32x4.convert_i32x4_s (i32x4.dot_i16x8_s
            (v128.load offset=48 (local.get $q)) (v128.load offset=48 (local.get $row))))))
          (local.set $q (i32.add (local.get $q) (i32.const 64)))
          (local.set $row (i32.add (local.get $row) (i32.const 64)))
          (br_if $columns (i32.lt_u (local.get $q) (local.get $end))))
        (local.set $a (f32x4.add
          (f32x4.add (local.get $a) (local.get $b)) (f32x4.add (local.get $c) (local.get $d))))
        (f32.store (local.get $out) (f32.add
          (f32.add (f32x4.extract_lane 0 (local.get $a)) (f32x4.extract_lane 1 (local.get $a)))
          (f32.add (f32x4.extract_lane 2 (local.get $a)) (f32x4.extract_lane 3 (local.get $a)))))
        (local.set $out (i32.add (local.get $out) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $rows)))))
