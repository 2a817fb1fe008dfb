//! Traditional characters that are usual in company names, with their simplified form. A table; never a full
//! converter: a character that is not here stays as it is, and a person decides.

/// Pairs: the traditional character, then the simplified one.
const PAIRS: &str = "\
    東东貿贸電电華华廣广責责業业國国際际實实發发產产務务資资團团網网絡络機机設设備备車车運运輸输進进貨货農农藥药醫医療疗藝艺術术圖图書书學学習习館馆園园場场廠厂區区縣县鄉乡鎮镇島岛灣湾\
    門门龍龙鳳凤馬马魚鱼鳥鸟風风雲云飛飞鵬鹏鴻鸿騰腾駿骏豐丰寶宝財财貴贵銀银鋼钢鐵铁銅铜鋁铝鉑铂錦锦綠绿紅红藍蓝黃黄長长遠远達达聯联興兴順顺億亿萬万單单雙双積积極极優优質质異异創创維维\
    綜综總总經经紀纪營营銷销購购買买賣卖價价節节約约紡纺織织絲丝緞缎線线褲裤裝装飾饰傘伞燈灯熱热氣气溫温濕湿淨净潔洁環环衛卫護护愛爱親亲嬰婴兒儿婦妇聖圣靈灵夢梦樂乐歡欢慶庆賓宾賽赛競竞\
    體体動动遊游戲戏視视聽听聲声訊讯計计數数據据軟软碼码導导顯显儀仪錶表鐘钟鏡镜頭头顧顾問问諮咨詢询證证險险擔担貸贷債债託托開开關关連连鎖锁專专賢贤傑杰偉伟強强剛刚堅坚誠诚謙谦義义禮礼\
    勝胜榮荣麗丽鮮鲜麵面飯饭餅饼飲饮釀酿醬酱鹽盐糧粮穀谷種种樹树葉叶蘭兰蓮莲薈荟蘇苏滬沪粵粤閩闽魯鲁遼辽寧宁濟济漢汉陽阳陰阴陝陕隴陇贛赣瀋沈滄沧滿满澤泽潤润濤涛灘滩無无為为與与眾众個个\
    們们來来對对鄭郑趙赵劉刘陳陈楊杨張张吳吴孫孙鄧邓韓韩馮冯蔣蒋羅罗謝谢鍾钟盧卢蕭萧許许呂吕歐欧倫伦紐纽亞亚歷历壓压師师幣币幟帜廳厅廟庙龐庞應应態态慮虑戰战戶户擴扩換换攝摄斷断時时曉晓\
    會会條条構构標标橋桥檔档檢检權权歸归殼壳氫氢濾滤獎奖獨独現现瑪玛瓊琼畫画當当監监盤盘礦矿碩硕確确稅税穩稳竅窍筆笔範范築筑簡简類类級级紙纸細细結结給给統统絕绝";

/// The simplified form of a character, or itself.
pub(super) fn simplified(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    let mut pairs = PAIRS.chars();
    while let (Some(traditional), Some(simple)) = (pairs.next(), pairs.next()) {
        if traditional == c {
            return simple;
        }
    }
    c
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_and_each_simplified_form_stays_itself() {
        let characters: Vec<char> = PAIRS.chars().collect();
        assert_eq!(characters.len() % 2, 0);
        for pair in characters.chunks(2) {
            assert_eq!(simplified(pair[0]), pair[1], "{pair:?}: two answers for one character");
            assert_eq!(simplified(pair[1]), pair[1], "{pair:?}: the answer is itself changed");
            assert!(!pair[0].is_whitespace() && !pair[1].is_whitespace());
        }
    }
}
