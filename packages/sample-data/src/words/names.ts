const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** People who practise live mostly in Việt Nam and Japan. The plain spelling is for addresses and handles. */
export const familyNames = words(
  'Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đinh Trịnh Mai Tô',
);
export const middleNames = words(
  'Thị Văn Hữu Đức Minh Ngọc Thanh Quang Xuân Hồng Bảo Gia Khánh Thùy Anh Tuấn',
);
export const givenNames = words(`
  Anh Linh Hương Trang Thảo Hà Lan Mai Ngọc Phương Quỳnh Yến Hùng Dũng Nam Sơn Tuấn Long Khoa Phúc Thịnh Bảo
  Châu Diệp Giang Hạnh Kiên Lộc Mỹ Nhung Oanh Phát Quân Sương Tâm Uyên Vy Xuân Ý Đạt
`);
export const japaneseNames: readonly string[] = [
  '佐藤 陽菜',
  '鈴木 蓮',
  '高橋 結衣',
  '田中 大翔',
  '伊藤 さくら',
  '渡辺 陽太',
  '山本 美咲',
  '中村 悠真',
  '小林 葵',
  '加藤 湊',
  '吉田 凛',
  '山田 翔太',
];
export const emoji: readonly string[] = ['🎯', '📚', '🔥', '😀', '👩‍🏫', '🇻🇳', '✨', '🏆', '🐱', '☕'];
export const plainNames = words(`
  nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly linh huong trang thao ha lan mai ngoc
  phuong quynh yen hung dung nam son tuan long khoa phuc thinh bao chau giang sato suzuki takahashi tanaka ito
`);
export const cities: readonly string[] = [
  'Thành phố Hồ Chí Minh',
  'Hà Nội',
  'Đà Nẵng',
  'Cần Thơ',
  'Hải Phòng',
  'Huế',
  'Nha Trang',
  '東京都',
  '大阪市',
];
export const streets: readonly string[] = [
  'Nguyễn Huệ',
  'Lê Lợi',
  'Trần Hưng Đạo',
  'Hai Bà Trưng',
  'Điện Biên Phủ',
  'Cách Mạng Tháng 8',
  'Võ Văn Kiệt',
  'Pasteur',
];
/** What learners write beside an answer. */
export const asides: readonly string[] = [
  'câu này khó quá 😅',
  'xem lại ngữ pháp',
  'nghe không kịp',
  'từ mới: cần học thuộc',
  '聞き取れなかった',
  'もう一度復習する',
  'đoán mò',
  'đã hiểu sau khi xem giải thích',
];
export const devices: readonly string[] = [
  'Android 14; SM-A546E',
  'Android 13; Redmi Note 12',
  'iPhone15,3; iOS 18.1',
  'iPhone12,1; iOS 17.6',
  'Web; Chrome 131; Windows',
  'Web; Safari 18; macOS',
  'iPad13,1; iPadOS 18.0',
];
